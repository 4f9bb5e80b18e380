"""Documentation is a contract: closed lists are documented in full, and nothing that does not exist is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.facts import vocabulary
from app.guidelines import criteria, model
from app.guidelines.model import Status
from app.guidelines.schedule import model as schedule
from app.records.model import Reason
from app.trust.vocabulary import Outcome, Tag

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDELINES = (DOCS / "add-a-guideline.md").read_text()


def first_column(page: str, heading: str | None = None) -> set[str]:
    """The words in backticks that open the rows of a page's tables (of one section of it)."""
    text = (DOCS / page).read_text()
    if heading is not None:
        text = text.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"(?m)^\| `([^`]+)` \|", text))


@pytest.mark.parametrize(
    ("page", "heading", "words"),
    [
        ("reference/statuses.md", None, {status.value for status in Status}),
        ("reference/set-aside.md", None, {reason.value for reason in Reason}),
        ("reference/access-log.md", "Tags", {tag.value for tag in Tag}),
        ("reference/access-log.md", "Outcomes", {outcome.value for outcome in Outcome}),
    ],
    ids=["statuses", "set-aside", "tags", "outcomes"],
)
def test_a_closed_list_and_its_page_agree(page: str, heading: str | None, words: set[str]) -> None:
    documented = first_column(page, heading)
    assert documented == words, f"undocumented: {words - documented}; invented: {documented - words}"


def names_of(shape: type[criteria.Strict]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def named_in_guidelines_page(word: str) -> bool:
    return re.search(rf"`[^`]*\b{re.escape(word)}\b[^`]*`", GUIDELINES) is not None


CRITERIA = (
    criteria.All, criteria.Any_, criteria.Not, criteria.AtLeast, criteria.Use, criteria.Age, criteria.Years,
    criteria.Born, criteria.Days, criteria.InSeason, criteria.YearlyWindow, criteria.FactIs, criteria.Symptom,
    criteria.Relatives, criteria.Family, criteria.Risk, criteria.GuidelineIs,
)  # fmt: skip


@pytest.mark.parametrize("shape", CRITERIA, ids=lambda shape: shape.__name__)
def test_each_operator_of_criteria_is_documented(shape: type[criteria.Strict]) -> None:
    missing = {word for word in names_of(shape) if not named_in_guidelines_page(word)}
    assert not missing


def test_no_criterion_escapes_this_test() -> None:
    shapes = {
        shape
        for shape in vars(criteria).values()
        if isinstance(shape, type) and issubclass(shape, criteria.Strict) and shape is not criteria.Strict
    }
    assert shapes == set(CRITERIA)


SHAPES = [
    model.Guideline, model.Wording, model.Track, model.Supersedes, schedule.Schedule, schedule.After, schedule.Never,
    schedule.Season, schedule.Milestones, schedule.Doses, schedule.Series, schedule.Defer, schedule.Until,
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_each_key_of_a_guideline_is_documented(shape: type[criteria.Strict]) -> None:
    missing = {word for word in names_of(shape) if not named_in_guidelines_page(word)}
    assert not missing


def test_each_word_of_the_vocabulary_is_documented() -> None:
    page = (DOCS / "how-to" / "facts.md").read_text()
    shapes = (vocabulary.Fact, vocabulary.Question, vocabulary.Reduction, vocabulary.Plausible)
    words = {name for shape in shapes for name in shape.model_fields}
    words |= set(vocabulary.FactType.__args__) | set(vocabulary.Absence.__args__)
    words |= set(vocabulary.Reduction.model_fields["take"].annotation.__args__)  # type: ignore[union-attr]
    missing = {word for word in words if not re.search(rf"`[^`]*\b{word}\b[^`]*`", page)}
    assert not missing


def test_each_setting_is_documented_and_read() -> None:
    """Every environment variable that the code names is in the page, and the other way round."""
    named: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        named |= set(re.findall(r"""["'](JALON_[A-Z_]+|DATABASE_URL)["']""", path.read_text()))
    documented = first_column("reference/settings.md")
    assert documented == named - {"JALON_"}, (
        f"undocumented: {named - documented}; invented: {documented - named}"
    )
