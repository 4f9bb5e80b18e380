"""Each feature of the language, on invented patients for whom it holds and others for whom it does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.content import read_yaml
from app.measures.catalog import Scope, load_measure
from app.measures.evaluate import Evaluator
from tests.measures.patients import patient, value_sets_of

THEMES: dict[str, Any] = read_yaml(Path(__file__).resolve().parent / "language.yaml")
FRAME = {
    "id": "theme", "name": "Theme", "version": "1", "last_checked": "2026-11-24",
    "sources": [{"id": "test", "title": "Invented", "publisher": "Jalon", "date": "2026-11-24"}],
}  # fmt: skip


def scope_of(sections: dict[str, Any], criterion: Any, folder: Path, **populations: Any) -> Scope:
    """A measure whose initial population is the criterion."""
    both = {"initial-population": criterion, "numerator": criterion}
    frame = {**FRAME, **sections, "populations": {**both, **populations}}
    path = folder / "theme.yaml"
    path.write_text(yaml.safe_dump(frame, sort_keys=False))
    return load_measure(path, "us")


@pytest.mark.parametrize("theme", THEMES)
def test_a_feature(theme: str, tmp_path: Path) -> None:
    sections = dict(THEMES[theme])
    holds, fails, criterion = (sections.pop(key) for key in ("holds", "fails", "criterion"))
    scope = scope_of(sections, criterion, tmp_path)
    evaluator = Evaluator(scope, value_sets_of(scope), date(2025, 1, 1), date(2025, 12, 31))
    for wanted, people in ((1, holds), (0, fails)):
        for number, who in enumerate(people):
            resources = patient(scope, {"born": "1965-06-15", **who, "id": f"{theme}-{number}"})
            found = evaluator.evaluate(resources).groups[""]["initial-population"]
            assert found == wanted, (theme, "holds" if wanted else "fails", number)


def test_populations_of_a_proportion(tmp_path: Path) -> None:
    """Exceptions count outside numerator and exclusion, numerator exclusions inside the numerator."""
    sets = {"a": "1", "out": "2", "why": "3", "done": "4", "undone": "5"}
    scope = scope_of(
        {"value_sets": sets, "events": {name: {"what": "procedure", "value_set": name} for name in sets}},
        {"event": "a"}, tmp_path, numerator={"event": "done"},
        **{"denominator-exclusion": {"event": "out"}, "denominator-exception": {"event": "why"},
           "numerator-exclusion": {"event": "undone"}},
    )  # fmt: skip
    evaluator = Evaluator(scope, value_sets_of(scope), date(2025, 1, 1), date(2025, 12, 31))

    def populations(*events: str) -> str:
        who = {"id": "x", "has": [{"procedure": name, "at": "2025-01-01"} for name in events]}
        group = evaluator.evaluate(patient(scope, who)).groups[""]
        assert list(group) == ["initial-population", "denominator", "denominator-exclusion", "denominator-exception",
                               "numerator", "numerator-exclusion"]
        return "".join(map(str, group.values()))

    assert populations("a") == "110000"
    assert populations("a", "why") == "110100"
    assert populations("a", "why", "done") == "110010"
    assert populations("a", "done", "undone") == "110011"
    assert populations("a", "undone") == "110000"
    assert populations("a", "out", "why", "done", "undone") == "111000"
    assert populations("out", "why", "done", "undone") == "000000"


def test_groups(tmp_path: Path) -> None:
    both = {"initial-population": {"age": {"from": 18}}, "numerator": {"event": "a"}}
    frame = {**FRAME, "value_sets": {"a": "1"}, "events": {"a": {"what": "procedure", "value_set": "a"}},
             "groups": {"one": both, "two": {**both, "denominator": {"age": {"from": 70}}}}}
    path = tmp_path / "groups.yaml"
    path.write_text(yaml.safe_dump(frame, sort_keys=False))
    scope = load_measure(path, "us")
    evaluator = Evaluator(scope, value_sets_of(scope), date(2025, 1, 1), date(2025, 12, 31))
    who = {"id": "x", "born": "1990-01-01", "has": [{"procedure": "a", "at": "2025-01-01"}]}
    found = evaluator.evaluate(patient(scope, who)).groups
    assert found["one"]["numerator"] == 1
    assert found["two"] == {"initial-population": 1, "denominator": 0, "denominator-exclusion": 0,
                                      "numerator": 0}
