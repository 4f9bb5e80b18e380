"""Patients drawn by hypothesis: codes of a measure's own value sets, days around its thresholds, gaps and oddities."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.measures.catalog import Scope
from app.measures.check import reach
from tests.measures.patients import INVENTED

DAYS = st.sampled_from([
    "2025-01-01", "2024-12-31", "2025-12-31", "2026-01-01", "2023-10-01", "2023-09-30", "2024-01-01", "2023-12-31",
    "2023-01-01", "2022-12-31", "2021-01-01", "2020-12-31", "2025-06-15", "2025-03-02", "2024-02-29", "1999-05-05",
])  # fmt: skip
TIMES = st.sampled_from(["T00:00:00.000Z", "T23:59:59.999Z", "T12:00:00Z", "T00:30:00+02:00", "T22:30:00-05:00"])
MOMENTS = st.one_of(
    st.builds(str.__add__, DAYS, TIMES), DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]),
    st.sampled_from(["2025-02-30", "soon", "", 7, None]),
)  # fmt: skip
PERIODS = st.fixed_dictionaries({}, optional={"start": MOMENTS, "end": MOMENTS})
BIRTHS = st.sampled_from([
    "1951-01-01", "1950-12-31", "1959-12-31", "1960-01-01", "1973-12-31", "1974-01-01", "1992-02-29", "1993-05-10",
    "2001-12-31", "2002-01-01", "1961-01-01", "1965", "1960-01", "1951", "x", "9999-12-31", None,
])  # fmt: skip
STATUS = ["finished", "completed", "final", "active", "amended", "preliminary", "planned", "draft", None]
NUMBERS = st.sampled_from([{"value": 9.1, "code": "%"}, {"value": 9, "unit": "%"}, {"value": 9, "comparator": ">"}, {}])


def patients(scope: Scope) -> st.SearchStrategy[list[dict[str, Any]]]:
    """The resources of one patient."""
    codes = [{"system": INVENTED, "code": name} for section, name in sorted(reach(scope)) if section == "value_sets"]
    codes += [dict(zip(("system", "code"), scope.code(name), strict=True))
              for section, name in sorted(reach(scope)) if section == "codes"]
    codes += [{"code": one["code"]} for one in codes[:1]]  # without its system
    codes += [{"system": "http://example.org/other", "code": "a"}, {}]
    concepts = st.lists(st.sampled_from(codes), max_size=2).map(lambda listed: {"coding": listed})
    who = st.fixed_dictionaries({
        "resourceType": st.just("Patient"), "birthDate": BIRTHS, "gender": st.sampled_from(["female", "male", None]),
    })  # fmt: skip
    kinds = sorted({scope.names["profiles"][event.what].resource for section, name in reach(scope)
                    if section == "events" and (event := scope.names["events"][name]).what})
    others = st.lists(resources(kinds or ["Procedure"], concepts), max_size=8)
    return st.builds(lambda first, rest: [first, *rest], who, others)


def resources(kinds: list[str], concepts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One resource of any kind, with elements of every kind."""
    often = st.sampled_from(["finished", "completed", "final", "active", "order"])
    extension = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-doNotPerform"
    category = st.sampled_from(["survey", "laboratory", "x"]).map(lambda code: [{"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code,
    }]}])  # fmt: skip
    given = {
        "resourceType": st.sampled_from(kinds), "code": concepts, "type": concepts.map(lambda one: [one]),
        "codeCodeableConcept": concepts, "medicationCodeableConcept": concepts, "vaccineCode": concepts,
        "status": st.one_of(often, st.sampled_from(STATUS)), "intent": st.sampled_from(["order", "order", "plan"]),
        "category": category,
    }  # fmt: skip
    optional = {
        "period": PERIODS, "performedDateTime": MOMENTS, "performedPeriod": PERIODS, "effectiveDateTime": MOMENTS,
        "effectivePeriod": PERIODS, "onsetDateTime": MOMENTS, "onsetAge": st.just({"value": 50, "code": "a"}),
        "abatementDateTime": MOMENTS, "authoredOn": MOMENTS, "occurrenceDateTime": MOMENTS,
        "clinicalStatus": st.sampled_from(["active", "relapse", "inactive"]).map(lambda c: {"coding": [{"code": c}]}),
        "valueCodeableConcept": concepts, "valueQuantity": NUMBERS, "bodySite": concepts.map(lambda one: [one]),
        "hospitalization": concepts.map(lambda one: {"dischargeDisposition": one}),
        "modifierExtension": st.booleans().map(lambda yes: [{"url": extension, "valueBoolean": yes}]),
        "dispenseRequest": st.sampled_from([
            {"expectedSupplyDuration": {"value": 90, "code": "d"}}, {"quantity": {"value": 30}}, {},
        ]),
        "component": st.lists(st.builds(lambda c, v: {"code": c, "valueQuantity": v}, concepts, NUMBERS), max_size=2),
    }  # fmt: skip
    return st.fixed_dictionaries(given, optional=optional)
