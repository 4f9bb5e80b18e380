"""What the person tells of the family in one answer (`family`): people, each with what they have had.

    family:
      adopted: false
      asked: [breast_cancer, ovarian_cancer]        # the conditions that the questions named
      relatives:
        - {relation: mother, born: 1950, deceased: true, age_at_death: 71,
           conditions: [{condition: breast_cancer, age_at_diagnosis: 47}]}
        - {relation: sister}                         # well, of what was asked
        - {relation: paternal_grandfather, health: unknown}
        - {relation: father, conditions: [{condition: diabetes, absent: true}]}   # he does NOT have it

The relatives become people (`FactSheet.kin`), their diseases the answers that the plan's own questions would get. A
condition that was asked and that nobody has is answered "nobody", unless the health of a close relative is unknown or
the person was adopted: then it stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from app.content import Strict
from app.dates import PartialDate
from app.errors import UsageError
from app.facts.kin import Kin, KinCondition
from app.facts.vocabulary import Vocabulary
from app.records.model import Sex, Source
from app.records.relatives import KINSHIPS

UNKNOWN = "unknown"
_CLOSE = 2
"""Degree up to which a relative of unknown health leaves a condition open."""


class ConditionAnswer(Strict):
    condition: str
    age_at_diagnosis: Annotated[float, Field(ge=0, le=120)] | Literal["unknown"] | None = None
    absent: bool = False
    """This relative does not have it: it stands beside a record that says otherwise, and counts for nothing."""


class RelativeAnswer(Strict):
    """`id` is a name by which the person changes or removes this relative; it says nothing."""

    id: str | None = Field(None, pattern="^[a-z0-9]{1,16}$")
    relation: str
    sex: Sex | None = None
    born: Any = None
    deceased: bool | None = None
    age_at_death: float | None = Field(None, ge=0, le=120)
    adopted: Literal["in", "out"] | None = None
    health: Literal["known", "unknown"] = "known"
    conditions: list[ConditionAnswer] = Field(default_factory=list, max_length=20)

    @field_validator("relation")
    @classmethod
    def _known(cls, relation: str) -> str:
        if relation not in KINSHIPS:
            raise ValueError(f"a relation among {', '.join(KINSHIPS)}")
        return relation

    @field_validator("born")
    @classmethod
    def _date(cls, born: Any) -> PartialDate | None:
        try:
            return None if born is None or born == UNKNOWN else PartialDate.parse(str(born))
        except ValueError:  # its words repeat what was written
            raise ValueError("a date: AAAA, AAAA-MM or AAAA-MM-JJ") from None

    @model_validator(mode="after")
    def _fits(self) -> RelativeAnswer:
        sex = KINSHIPS[self.relation].sex
        if sex is not None and self.sex not in (None, sex):
            raise ValueError("a sex that fits the relation, or none")
        if self.age_at_death is not None and self.deceased is False:
            raise ValueError("no age at death for a living relative")
        onsets = [c.age_at_diagnosis for c in self.conditions if isinstance(c.age_at_diagnosis, float)]
        if self.age_at_death is not None and any(age > self.age_at_death for age in onsets):
            raise ValueError("an age at diagnosis up to the age at death")
        return self


class FamilyAnswer(Strict):
    adopted: bool = False
    asked: list[str] = Field(default_factory=list)
    relatives: list[RelativeAnswer] = Field(default_factory=list, max_length=100)


def read_family_answer(answer: Any, vocabulary: Vocabulary) -> tuple[tuple[Kin, ...], dict[str, Any]]:
    """The relatives as people, and the answer of each `family_…` fact. Raises UsageError (`answers`)."""
    try:
        told = FamilyAnswer.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in ("family", *first["loc"]))
        raise _wrong(f"{place}: {first['msg'].removeprefix('Value error, expected ')}") from None
    for name in (*told.asked, *(c.condition for r in told.relatives for c in r.conditions)):
        if vocabulary.names.get(f"family_{name}") is None:
            raise _wrong(f"no condition of relatives is named {name[:40]!r}")
    kin = tuple(_kin(relative, place) for place, relative in enumerate(told.relatives))
    if told.adopted:
        kin = (*kin, Kin("parent", adoption="adopter", author="citizen", sources=(Source("answers", "family"),)))
    return kin, _facts(told)


def kin_of(relative: Mapping[str, Any]) -> Kin:
    """One relative of an answer that was kept."""
    return _kin(RelativeAnswer.model_validate(relative), 0)


def kin_of_answer(fact: str, answer: Any) -> tuple[Kin, ...]:
    """The relatives of an answer to one question (`family_breast_cancer: [{relation: mother…}]`), read already."""
    found = []
    for item in answer if isinstance(answer, list) else ():
        given: dict[str, Any] = {"relation": item} if isinstance(item, str) else item
        age = given.get("age_at_diagnosis")
        known = float(age) if isinstance(age, int | float) else None
        condition = KinCondition(fact.removeprefix("family_"), onset_low=known, onset_high=known)
        relation = given["relation"]
        sex: Sex | None = KINSHIPS[relation].sex or given.get("sex")
        sources = (Source("answers", fact),)
        found.append(Kin(relation, sex, conditions=(condition,), author="citizen", sources=sources))
    return tuple(found)


def _kin(told: RelativeAnswer, place: int) -> Kin:
    conditions = tuple(
        KinCondition(c.condition, onset_low=age, onset_high=age, absent=c.absent)
        for c in told.conditions
        for age in [c.age_at_diagnosis if isinstance(c.age_at_diagnosis, float) and not c.absent else None]
    )
    return Kin(
        told.relation, told.sex or KINSHIPS[told.relation].sex, told.born,
        True if told.age_at_death is not None else told.deceased, told.age_at_death, told.adopted,
        told.health == "known", conditions, "citizen", (Source("answers", f"family.relatives.{place}"),),
    )  # fmt: skip


def _facts(told: FamilyAnswer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    blood = [relative for relative in told.relatives if relative.adopted != "in"]
    for relative in blood:
        for item in (condition for condition in relative.conditions if not condition.absent):
            found.setdefault(f"family_{item.condition}", []).append(
                {"relation": relative.relation, "sex": relative.sex, "age_at_diagnosis": item.age_at_diagnosis}
            )
    degrees = [KINSHIPS[relative.relation].degree for relative in blood if relative.health == UNKNOWN]
    if not told.adopted and all(degree is not None and degree > _CLOSE for degree in degrees):
        for name in told.asked:
            found.setdefault(f"family_{name}", [])
    return found


def _wrong(told: str) -> UsageError:
    return UsageError(told, code="answers", where="answers")
