"""Commands that the documentation marks as runnable are run, and print what it shows.

A block after `<!-- run -->` holds `$ command` lines; the lines under a command, if any, must be in its output in that
order (`…` stands for anything). A command is expected to succeed; `# exit 1` at its end says otherwise.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"<!-- run -->\s*\n```(?:console|sh)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass
class Command:
    page: str
    line: str
    shown: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        match = re.search(r"# exit (\d)$", self.line)
        return int(match.group(1)) if match else 0


def commands() -> list[Command]:
    found: list[Command] = []
    for page in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))):
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                if line.startswith("$ "):
                    found.append(Command(str(page.relative_to(ROOT)), line[2:]))
                elif line.strip():
                    found[-1].shown.append(line.strip())
    return found


def test_there_are_some() -> None:
    assert len(commands()) >= 5


@pytest.mark.parametrize("command", commands(), ids=lambda command: f"{command.page}: {command.line[:60]}")
def test_a_documented_command_does_what_it_shows(command: Command) -> None:
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1", "COLUMNS": "100",
    }  # fmt: skip
    done = subprocess.run(
        command.line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == command.exit_code, done.stderr
    output, position = done.stdout + done.stderr, 0
    for line in command.shown:
        match = re.compile(".*?".join(map(re.escape, line.split("…")))).search(output, position)
        assert match, f"not printed: {line}\n{output}"
        position = match.end()
