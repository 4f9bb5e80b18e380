"""A campaign's words are checked before anyone reads them: each fault is found, at its line, and good words pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from app.campaigns.lint import lint_campaigns
from app.campaigns.model import campaign_files
from app.campaigns.words_lint import french_ease
from app.cli import cli
from app.content import content_dir, read_yaml
from app.guidelines.lint.finding import Finding
from app.guidelines.pack import load_pack

EXAMPLE = content_dir() / "campaigns" / "exemple_colorectal_relance.yaml"
LETTER, FALC, SMS, ENGLISH = range(4)
Change = Callable[[dict[str, Any]], None]


def found_in(tmp_path: Path, change: Change) -> list[Finding]:
    campaign = read_yaml(EXAMPLE)
    change(campaign)
    path = tmp_path / "campaign.yaml"
    path.write_text(yaml.safe_dump(campaign, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return lint_campaigns([path], load_pack("fr"))


def said(message: int, field: str, words: str) -> Change:
    def change(campaign: dict[str, Any]) -> None:
        campaign["messages"][message][field] += " " + words

    return change


def without(message: int, field: str) -> Change:
    def change(campaign: dict[str, Any]) -> None:
        del campaign["messages"][message][field]

    return change


def test_the_campaigns_of_the_project_are_right() -> None:
    assert len(campaign_files()) >= 2
    assert lint_campaigns(campaign_files(), load_pack("fr")) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (said(LETTER, "text", "Agissez avant qu’il ne soit trop tard."), "fear"),
        (said(LETTER, "text", "Vous n’avez toujours pas fait le test."), "shame"),
        (said(FALC, "text", "C’est votre dernière chance."), "false_urgency"),
        (said(LETTER, "not_for_me", "Sauf avis contraire, vous êtes inscrit."), "hidden_opt_out"),
        (said(LETTER, "text", "La plupart de vos voisins l’ont fait."), "false_norm"),
        (said(LETTER, "text", "Votre risque est élevé."), "numeric_risk"),
        (said(ENGLISH, "text", "Act now, it may be too late."), "fear"),
        (said(LETTER, "benefit", "Le test diminue les décès de 16 %."), "« 16 % » has no denominator"),
        (said(ENGLISH, "benefit", "Deaths are halved."), "« halved » has no denominator"),
        (said(FALC, "harm", "Il faut alors une coloscopie."), "« coloscopie » is not explained"),
        (without(LETTER, "harm"), "no harm is told"),
        (without(LETTER, "benefit"), "no benefit is told"),
        (without(ENGLISH, "not_for_me"), "no way to say no"),
        (without(LETTER, "sources"), "no source"),
        (lambda c: c["messages"][LETTER].update(harm="Parfois."), "far fewer words"),
        (lambda c: c["messages"][LETTER].update(sources=["another_one"]), "unknown source another_one"),
        (lambda c: c["messages"][LETTER].update(techniques=["hypnosis"]), "unknown technique hypnosis"),
        (lambda c: c["messages"][SMS].update(text="Message de prévention à lire."), "no way to say no"),
        (said(SMS, "text", "Dépistage."), "locked screen"),
        (said(SMS, "text", "Bonne journée à vous. " * 4), "160 at most for sms"),
        (said(FALC, "text", "Ce test " + "que vous faites chez vous " * 3 + "est gratuit."), "15 at most for falc"),
        (lambda c: c["messages"].pop(FALC), "no message in French for letter, falc"),
        (lambda c: c["messages"].append(c["messages"][SMS]), "a second message for sms"),
        (without(LETTER, "lang"), "messages.0.lang: is missing"),
        (lambda c: c["capacity"][1].update(per_week=0), "nobody can do colonoscopy there"),
        (lambda c: c.update(channels=["sms"]), "lowered participation"),
        (lambda c: c.update(levers=["fixed_appointment"]), "no effect of fixed_appointment is known for colorectal"),
        (lambda c: c.update(levers=["magic"]), "unknown lever magic"),
        (lambda c: c.update(target={"guideline": "no_such_guideline", "status": ["due"]}), "no guideline"),
        (lambda c: c.update(target={"fact": "shoe_size", "at_least": 40}), "unknown fact 'shoe_size'"),
        (lambda c: c.update(target={"use": "somebody"}), "no definitions"),
        (lambda c: c.update(target={"all": [{"age": {"from": 50}}, {"fact": "precarious", "is": True}]}),
         "chooses people by precarious"),
        (lambda c: c.update(ends_on="2027-01-11"), "ends on the day it starts"),
        (lambda c: c["review"].update(state="approved", approver="TEST-AUTEUR", approved_until="2027-12-31"),
         "another person than the author"),
        (lambda c: c["review"].update(state="approved"), "approved_until"),
    ],
)  # fmt: skip
def test_a_fault_is_found_with_its_line_and_remedy(tmp_path: Path, change: Change, problem: str) -> None:
    found = found_in(tmp_path, change)
    told = [one for one in found if problem in one.problem]
    assert told, [str(one) for one in found]
    file, _, line = told[0].where.partition(":")
    assert (file, told[0].remedy != "") == ("campaign.yaml", True)
    assert line.isdigit()


def test_a_finding_stands_at_the_field_that_has_the_fault(tmp_path: Path) -> None:
    found = found_in(tmp_path, said(FALC, "harm", "C’est urgent."))
    line = int(found[0].where.partition(":")[2])
    lines = (tmp_path / "campaign.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[line - 1].strip().startswith("harm:")
    assert [one.partition(":")[0].strip() for one in lines[: line - 1] if one.strip().startswith("harm:")] == ["harm"]


def test_a_hard_text_is_told_apart_from_an_easy_one(tmp_path: Path) -> None:
    hard = ("L’immunodétection colorectale (du gros intestin) quantitative occasionne l’identification de lésions "
            "néoplasiques asymptomatiques, conditionnellement à l’observance du protocole. ") * 4
    easy = "Vous faites le test chez vous. Il est gratuit. Vous le donnez à la poste."
    assert french_ease(easy) > 70 > 40 > french_ease(hard)
    found = found_in(tmp_path, lambda c: c["messages"][LETTER].update(text=hard))
    assert any("reading ease" in one.problem for one in found)


@pytest.mark.parametrize(
    "words",
    [
        "La coloscopie (un examen avec une caméra) dure peu.",  # explained
        "Sur 1 000 personnes, 16 % ont un autre examen.",  # a denominator
        "Votre médecin peut vous aider.",
    ],
)
def test_good_words_pass(tmp_path: Path, words: str) -> None:
    assert found_in(tmp_path, said(LETTER, "text", words)) == []


def test_the_command_tells_findings_and_exits_1(tmp_path: Path) -> None:
    found_in(tmp_path, said(LETTER, "text", "C’est honteux."))
    done = CliRunner().invoke(cli, ["campaigns", "lint", str(tmp_path / "campaign.yaml")])
    assert done.exit_code == 1
    assert "campaign.yaml:" in done.stdout
    assert " → " in done.stdout
    assert "1 campaign(s)" in done.stderr


def test_a_file_that_is_no_campaign_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("id: [", encoding="utf-8")
    assert lint_campaigns([path], load_pack("fr"))[0].where.startswith("broken.yaml:")
