"""Wrong measures: one mistake each, refused with file, line and remedy; nothing half-loads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from app.content import content_dir
from app.errors import ContentError, UsageError
from app.measures.catalog import load_catalog, load_measure
from app.measures.lint import findings
from tests.measures.test_language import FRAME

HEAD = yaml.safe_dump(FRAME, sort_keys=False)
LINES = HEAD.count("\n")
POPULATIONS = "populations:\n  initial-population: {event: e}\n  numerator: {event: e}\n"
EVENT = "events:\n  e: {what: procedure}\n"

WRONG = {
    "unknown key": ("events:\n  e: {what: procedure, when: x}\n" + POPULATIONS, 2, "this key is not known"),
    "no populations": (EVENT, 0, "a measure needs either `populations` or `groups`"),
    "no numerator": (EVENT + "populations:\n  initial-population: {event: e}\n", 3, "numerator: is missing"),
    "unknown profile": ("events:\n  e: {what: surgery}\n" + POPULATIONS, 2, "unknown name 'surgery' of profiles"),
    "unknown event": (EVENT + POPULATIONS.replace("numerator: {event: e}", "numerator: {event: f}"), 5,
                      "unknown name 'f' of events"),
    "unknown value set": ("events:\n  e: {what: procedure, value_set: x}\n" + POPULATIONS, 2,
                          "unknown name 'x' of value_sets"),
    "unknown code": ("events:\n  e: {what: procedure, code: x}\n" + POPULATIONS, 2, "unknown name 'x' of codes"),
    "code written on the spot": ("events:\n  e: {what: procedure, code: {system: loinc, code: '1'}}\n" + POPULATIONS, 2,
                                 "write a name, and what it stands for under `codes:`"),
    "unknown system": ("codes:\n  x: {system: loin, code: \"1\"}\n" + EVENT + POPULATIONS, 2,
                       "unknown name 'loin' of systems"),
    "unknown window": ("events:\n  e: {what: procedure, time: {during: x}}\n" + POPULATIONS, 2,
                       "unknown name 'x' of windows"),
    "unknown definition": (EVENT + POPULATIONS.replace("numerator: {event: e}", "numerator: {use: x}"), 5,
                           "unknown name 'x' of definitions"),
    "that outside": ("events:\n  e: {what: procedure, time: {during: that}}\n" + POPULATIONS, 2,
                     "`that` has no meaning here"),
    "several items": ("events:\n  e: {what: procedure, time: {during: {event: f}}}\n  f: {what: encounter}\n"
                      + POPULATIONS, 2, "'f' may have several items"),
    "code without quotes": ("codes:\n  x: {system: loinc, code: 007}\n" + EVENT + POPULATIONS, 2,
                            "write it between quotes"),
    "period without P": ("windows:\n  w: {to: {birthday: 1, minus: 2Y}}\n" + EVENT + POPULATIONS, 2,
                         "String should match pattern '^P'"),
    "period that is none": ("windows:\n  w: {to: {birthday: 1, minus: P2Q}}\n" + EVENT + POPULATIONS, 2,
                            "not a period: 'P2Q'"),
    "plus and minus": ("windows:\n  w: {to: {birthday: 1, minus: P2Y, plus: P1Y}}\n" + EVENT + POPULATIONS, 2,
                       "give `plus` or `minus`, not both"),
    "day that does not exist": ("windows:\n  w: {to: {birthday: 1, day: \"02-30\"}}\n" + EVENT + POPULATIONS, 2, "day"),
    "window without ends": ("windows:\n  w: {}\n" + EVENT + POPULATIONS, 2, "a window needs `from`, `to` or both"),
    "reserved window": (
        "windows:\n  that: {to: {birthday: 2}}\n" + EVENT + POPULATIONS, 0, "`that` always exists: choose another name",
    ),
    "two origins": ("events:\n  e: {what: procedure, of: f}\n" + POPULATIONS, 2,
                    "an event needs either `what` (a profile) or `of` (other events)"),
    "codes with of": ("events:\n  e: {of: hospice_encounter, code: answer_yes}\n" + POPULATIONS, 2, "with `of`, codes"),
    "two comparisons": ("events:\n  e: {what: procedure, value: {known: true, is: x}}\n" + POPULATIONS, 2,
                        "give exactly one of known, is, in, code or value_set, a number"),
    "unit without number": ("events:\n  e: {what: procedure, value: {known: true, unit: \"%\"}}\n" + POPULATIONS, 2,
                            "`unit` goes with a number"),
    "unit that is none": ("events:\n  e: {what: procedure, value: {less_than: 3, unit: mmolle}}\n" + POPULATIONS, 2,
                          "'mmolle' is no unit of UCUM: nothing converts to it"),
    "element that is no path": ("events:\n  e: {what: procedure, where: [{element: 'a b', is: x}]}\n" + POPULATIONS, 2,
                                "String should match pattern"),
    "interval that is no path": ("events:\n  e: {what: procedure, interval: 'a b'}\n" + POPULATIONS, 2,
                                 "String should match pattern"),
    "age upside down": (EVENT + POPULATIONS.replace("{event: e}", "{age: {from: 9, to: 8}}", 1), 4,
                        "`from` is after `to`"),
    "counts upside down": (EVENT + POPULATIONS.replace("{event: e}", "{event: e, at_least: 2, at_most: 1}", 1), 4,
                           "`at_least` is more than `at_most`"),
    "gap in months": (EVENT + POPULATIONS.replace(
        "{event: e}", "{covered: e, during: measurement_period, gaps: 1, longest_gap: P1M}", 1), 4,
        "write a gap in days, P45D"),
    "gaps alone": (EVENT + POPULATIONS.replace("{event: e}", "{covered: e, during: measurement_period, gaps: 1}", 1), 4,
                   "`gaps` and `longest_gap` go together"),
    "not a criterion": (EVENT + POPULATIONS.replace("{event: e}", "{fact: e}", 1), 4, "not a criterion: it needs one"),
    "name twice": ("events:\n  hospice_encounter: {what: encounter}\n" + POPULATIONS, 2,
                   "events: 'hospice_encounter' stands also in exclusions.yaml"),
    "key twice": (EVENT + "  e: {what: procedure}\n" + POPULATIONS, 3, "the key 'e' stands twice"),
    "circle of events": ("events:\n  e: {of: f}\n  f: {of: e}\n" + POPULATIONS, 2, "a cycle: e → f → e"),
    "circle of definitions": (EVENT + "definitions:\n  d: {not: {use: d}}\n"
                              + POPULATIONS.replace("{event: e}", "{use: d}"), 4, "a cycle: d → d"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_with_its_line(mistake: str, tmp_path: Path) -> None:
    text, line, told = WRONG[mistake]
    path = tmp_path / "wrong.yaml"
    path.write_text(HEAD + text)
    with pytest.raises(ContentError) as refused:
        load_measure(path, "us")
    assert told in str(refused.value)
    assert refused.value.remedy
    assert refused.value.where == f"wrong.yaml:{LINES + line if line else 1}"
    assert findings([path], "us", ()) == [str(refused.value)]


def test_names_that_are_near_are_told(tmp_path: Path) -> None:
    path = tmp_path / "near.yaml"
    near = {"{what: procedur}": "procedure, service_order", "{of: hospice_encountr}": "hospice_encounter"}
    for event, told in near.items():
        path.write_text(f"{HEAD}events:\n  e: {event}\n{POPULATIONS}")
        with pytest.raises(ContentError) as refused:
            load_measure(path, "us")
        assert told in str(refused.value)


def test_what_is_not_used_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "spare.yaml"
    path.write_text(HEAD + "events:\n  e: {what: procedure}\n  spare: {what: encounter}\n" + POPULATIONS)
    assert findings([path], "us", ()) == [
        f"spare.yaml:{LINES + 3}: events: 'spare' is not used → remove it"
    ]


def test_one_wrong_file_and_the_catalogue_does_not_load(tmp_path: Path) -> None:
    shutil.copytree(content_dir() / "guidelines" / "us", tmp_path / "us")
    (tmp_path / "us" / "measures" / "wrong.yaml").write_text(HEAD + EVENT)
    with pytest.raises(ContentError):
        load_catalog("us", tmp_path)


def test_two_measures_of_one_name(tmp_path: Path) -> None:
    home = tmp_path / "us" / "measures"
    shutil.copytree(content_dir() / "guidelines" / "us", tmp_path / "us")
    text = (home / "cervical_cancer_screening.yaml").read_text()
    (home / "copy.yaml").write_text(text.replace("id: cervical_cancer_screening", "id: copy"))
    with pytest.raises(ContentError, match="two measures are called"):
        load_catalog("us", tmp_path)


def test_the_vocabulary_may_not_lean_on_a_measure(tmp_path: Path) -> None:
    shutil.copytree(content_dir() / "guidelines" / "us", tmp_path / "us")
    (tmp_path / "us" / "measures" / "vocabulary" / "more.yaml").write_text("definitions:\n  d: {event: mammography}\n")
    with pytest.raises(ContentError) as refused:
        load_catalog("us", tmp_path)
    assert str(refused.value).startswith("more.yaml:2: unknown name 'mammography' of events")


@pytest.mark.parametrize("country", ["fr", "zz", "../us", ""])
def test_a_country_without_measures(country: str) -> None:
    with pytest.raises(UsageError, match="there are in: us"):
        load_catalog(country)
