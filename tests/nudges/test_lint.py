"""The words of reminders are checked before anyone reads them: each fault is found, at its file, good words pass."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from app.cli import cli
from app.content import content_dir
from app.guidelines.lint.finding import Finding
from app.guidelines.pack import load_pack
from app.nudges.lint import lint_nudges

PACK = load_pack("fr")
_MISSING = object()


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The content of the project, whose reminders may be changed."""
    for path in content_dir().iterdir():
        if path.name != "nudges":
            (tmp_path / path.name).symlink_to(path)
    shutil.copytree(content_dir() / "nudges", tmp_path / "nudges")
    monkeypatch.setenv("JALON_CONTENT_DIR", str(tmp_path))
    return tmp_path / "nudges"


def changed(content: Path, file: str, place: tuple[str, ...], value: Any) -> list[Finding]:
    path = content / file
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    inner = data
    for part in place[:-1]:
        inner = inner[part]
    if value is _MISSING:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value(inner[place[-1]]) if callable(value) else value
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return lint_nudges(PACK)


def test_the_reminders_of_the_project_are_right() -> None:
    assert lint_nudges(PACK) == []


def more(words: str) -> Any:
    return lambda text: f"{text} {words}"


SCREENING = "messages/screening.yaml"
TEXT, NAMED = ("texts", "fr", "text"), ("texts", "fr", "named")
SHORT = ("frames", "fr", "short")


@pytest.mark.parametrize(
    ("file", "place", "value", "problem"),
    [
        (SCREENING, ("channels",), ["sms", "push"], "in place of the letter"),
        (SCREENING, NAMED, more("Agissez avant qu’il ne soit trop tard."), "fear"),
        (SCREENING, NAMED, more("Vous n’avez toujours pas répondu."), "shame"),
        (SCREENING, TEXT, more("C’est votre dernière chance."), "false_urgency"),
        (SCREENING, TEXT, more("Tout le monde le fait."), "false_norm"),
        (SCREENING, NAMED, more("Votre risque est élevé."), "numeric_risk"),
        (SCREENING, NAMED, more("Vous avez 12 % de risque."), "numeric_risk"),
        (SCREENING, TEXT, more("Il s’agit d’un dépistage."), "says what it is about"),
        (SCREENING, ("texts", "fr", "subject"), "Votre mammographie", "says what it is about"),
        (SCREENING, NAMED, "Une chose de votre plan peut se faire.", "{items} is missing"),
        (SCREENING, TEXT, more("{items}"), "{items} is filled with nothing"),
        (SCREENING, ("texts", "fr-falc"), _MISSING, "no words in fr-falc"),
        (SCREENING, ("texts", "fr-falc", "text"), more("Cette phrase est bien trop longue pour un texte facile à lire, "
                                                       "car elle ajoute des mots et encore des mots."), "words"),
        (SCREENING, ("techniques",), ["hypnosis"], "unknown technique"),
        (SCREENING, ("effects",), ["magic"], "unknown effect"),
        (SCREENING, ("when", "guidelines"), ["no_such_guideline"], "no guideline"),
        ("frame.yaml", (*SHORT, "push"), "Votre vaccin vous attend.", "locked screen"),
        ("frame.yaml", (*SHORT, "sms"), "Un dépistage : {link} Ne plus recevoir : même lien.", "locked screen"),
        ("frame.yaml", (*SHORT, "sms"), "Vous avez un message de prévention : {link}", "no way to say no"),
        ("frame.yaml", (*SHORT, "sms"), more("Merci de lire ce message qui vous est adressé par votre service."),
         "characters"),
        ("frame.yaml", ("frames", "en"), _MISSING, "no frame for en"),
        ("rules.yaml", ("order",), ["screening"], "orders every kind"),
        ("rules.yaml", ("allowed", "hours", "start"), "25:00", "expected a time"),
        ("rules.yaml", ("allowed", "choices", "night"), {"start": "20:00", "end": "23:00"}, "within the hours"),
        ("rules.yaml", ("cap", "within"), "28 jours", "not a period"),
    ],
)  # fmt: skip
def test_each_fault_is_found(content: Path, file: str, place: tuple[str, ...], value: Any, problem: str) -> None:
    found = changed(content, file, place, value)
    assert any(problem in one.problem for one in found), found
    assert all(one.where.startswith(Path(file).name) or one.where.startswith("rules.yaml") for one in found), found


def test_the_command_says_so_by_its_exit_code(content: Path) -> None:
    assert CliRunner().invoke(cli, ["nudges", "lint"]).exit_code == 0
    changed(content, SCREENING, TEXT, more("Il s’agit d’un cancer."))
    told = CliRunner().invoke(cli, ["nudges", "lint", "--format", "json"])
    assert told.exit_code == 1
    assert "« cancer »" in told.stdout
