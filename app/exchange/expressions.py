"""Criteria and schedules as FHIR expressions. The text is YAML; read again, it is the same criterion."""

from __future__ import annotations

import yaml
from pydantic import BaseModel, TypeAdapter

from app.content import parse_yaml
from app.exchange.terms import LANGUAGE, Resource
from app.guidelines.criteria import Criterion
from app.guidelines.schedule.model import Schedule

_CRITERION: TypeAdapter[Criterion] = TypeAdapter(Criterion)


def expression(part: BaseModel, library: str) -> Resource:
    """`library` holds the definitions that it uses."""
    data = part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
    return {"language": LANGUAGE, "expression": text, "reference": library}


def criterion_of(written: Resource) -> Criterion:
    return _CRITERION.validate_python(parse_yaml(written["expression"], name="expression"))


def schedule_of(written: Resource) -> Schedule:
    return Schedule.model_validate(parse_yaml(written["expression"], name="expression"))
