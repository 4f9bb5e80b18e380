"""Content that was parsed before, kept in the user's cache: YAML is slow to parse, and the same at every start.

An entry is the plain data of one text, under the text's own digest: it cannot be out of date, and what cannot be read
is parsed again. Files and folders that another user could have written are not read. `JALON_CACHE_DIR` names another
folder; set to nothing, none is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

_FORM = "1"
"""Changes with the form of the entries, or with what the parser makes of a text."""

_DAY, _TIME = "$day", "$time"


def parsed(path: Path, text: str, parse: Callable[[str], Any]) -> Any:
    """The plain data of the file's text: the one that is kept, else `parse(text)`, which is then kept."""
    entry = _entry(path, text)
    if entry is None:
        return parse(text)
    try:
        return json.loads(_own(entry), object_hook=_read)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        data = parse(text)
    _keep(entry, data)
    return data


def _entry(path: Path, text: str) -> Path | None:
    named = os.environ.get("JALON_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(named) if named else None if named == "" else Path(home) / "jalon"
    if folder is None or not folder.is_absolute():
        return None
    digest = hashlib.sha256(f"{_FORM}\0{text}".encode()).hexdigest()
    return folder / f"{path.parent.name}-{path.stem}-{digest[:40]}.json"


def _own(entry: Path) -> bytes:
    """Raises PermissionError for a file, or a folder, that somebody else may have written."""
    with entry.open("rb") as file:
        for found in (os.fstat(file.fileno()), entry.parent.stat()):
            if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise PermissionError
        return file.read()


def _keep(entry: Path, data: Any) -> None:
    """Whole or not at all; what cannot be kept is parsed again the next time. The file's former texts are dropped."""
    try:
        written = json.dumps(data, default=_written, ensure_ascii=False)
        if json.loads(written, object_hook=_read) != data:  # keys that are not words
            return
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=entry.parent, suffix=".tmp", delete=False) as file:
            try:
                file.write(written)
                file.flush()
                os.replace(file.name, entry)
            finally:
                Path(file.name).unlink(missing_ok=True)
        former = f"{entry.stem.rpartition('-')[0]}-{'?' * 40}.json"
        for other in entry.parent.glob(former):
            if other != entry:
                other.unlink(missing_ok=True)
    except (OSError, ValueError, TypeError, RecursionError):
        return


def _written(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    raise TypeError


def _read(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        if _DAY in found:
            return date.fromisoformat(found[_DAY])
        if _TIME in found:
            return datetime.fromisoformat(found[_TIME])
    return found
