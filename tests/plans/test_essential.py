"""What stands out of a record: what a doctor should see, then what decides, then what is recent; nothing is removed."""

from __future__ import annotations

from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.pack import load_pack
from app.i18n import translator
from app.plans.essential import ranked, ranked_json
from app.plans.facts_text import facts_lines
from tests.plans.conftest import fact, sheet


def record() -> FactSheet:
    return sheet(
        fact("fit", "negative", "2022-02-01"), fact("fit", "positive", "2026-08-01"),
        fact("tobacco_status", "current", "2026-05-11"), fact("calcium", 2.4, "2026-10-01"),
        fact("sodium", 140.0, "2019-01-01"), fact("sodium", 138.0, "2018-01-01"),
        fact("copd", False, "2026-09-01"),
    )  # fmt: skip


def ranks(made: FactSheet) -> list[tuple[str, str]]:
    return [(one.fact.id, one.rank) for one in ranked(made, evaluate(load_pack("fr"), made))]


def test_each_fact_has_its_rank_and_the_most_useful_come_first() -> None:
    assert ranks(record()) == [
        ("fit", "to_follow_up"), ("tobacco_status", "decides"), ("calcium", "recent"), ("copd", "recent"),
        ("sodium", "other"), ("fit", "replaced"), ("sodium", "replaced"),
    ]


def test_nothing_is_removed(everyone: list[FactSheet]) -> None:
    for person in everyone:
        found = ranked(person, evaluate(load_pack("fr"), person))
        told = ranked_json(person, found)["facts"]
        assert sorted(map(str, ({k: v for k, v in one.items() if k not in ("rank", "essential")} for one in told))) == (
            sorted(str(one) for one in person.to_json()["facts"])
        )


def test_the_rest_is_folded_and_counted() -> None:
    made = record()
    found = ranked(made, evaluate(load_pack("fr"), made))

    def text(*, everything: bool) -> str:
        return "\n".join(line for _, line in facts_lines(made, translator("fr"), found, everything=everything))

    assert "5 autres informations" in text(everything=False)
    assert "Sodium" not in text(everything=False)
    assert "Sodium" in text(everything=True)
