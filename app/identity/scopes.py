"""SMART scopes of our FHIR façade (SMART App Launch 2.2): reading and searching, of oneself (`patient/`) or of whomever
one acts for (`user/`). A scope that asks for more than is offered is refused, with the token that carries it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from app.identity.access import ScopeRefused

OWN = "jalon:read"
"""The scope of our own mobile app: all that the person may read."""
TYPES = (
    "Patient", "Observation", "Condition", "Procedure", "Immunization", "FamilyMemberHistory", "RiskAssessment",
    "GuidanceResponse", "CarePlan", "Provenance", "Consent", "AuditEvent",
)  # fmt: skip
PUBLIC = frozenset({"PlanDefinition", "ActivityDefinition", "Library", "metadata", ".well-known"})
"""What anyone may read without a token."""
_SMART = re.compile(r"(?P<context>patient|user|system)/(?P<type>[^./?\s]+)\.(?P<acts>[a-z*]+)(?P<rest>\?.*)?")
_ACTS = {"read": "rs", "r": "r", "s": "s", "rs": "rs"}
Act = Literal["r", "s"]


class Ask(NamedTuple):
    """What a request reads: a type (`*`: several), how, and whether for somebody else."""

    kind: str
    acts: str
    others: bool = False


class Scope(NamedTuple):
    context: str
    kind: str
    acts: str

    def covers(self, ask: Ask) -> bool:
        return (
            self.kind in ("*", ask.kind) and set(ask.acts) <= set(self.acts)
            and (self.context == "user" or not ask.others)
        )  # fmt: skip


def supported() -> list[str]:
    """As the SMART configuration tells them."""
    return ["openid", "fhirUser", "launch/patient", "offline_access", OWN] + [
        f"{context}/{kind}.rs" for context in ("patient", "user") for kind in ("*", *TYPES)
    ]


def read(granted: Collection[str]) -> list[Scope]:
    """Those of a token. Raises ScopeRefused for one that is SMART's and not offered here."""
    return list(_read(granted))


def check(granted: Collection[str], ask: Ask | None) -> None:
    """Raises ScopeRefused unless they cover what is asked (None: anyone may read it)."""
    scopes = read(granted)
    if ask is None or OWN in granted:
        return
    if not any(scope.covers(ask) for scope in scopes):
        raise ScopeRefused("the token does not cover this")


def asked(path: str, *, others: bool) -> Ask | None:
    """What a request to the façade reads, by its path below `/fhir/`."""
    parts = path.strip("/").split("/")
    if parts[0] == "patients" and len(parts) > 2:
        parts, others = parts[2:], True
    if parts[-1] == "$apply":
        return Ask("CarePlan", "r", others)
    if parts[-1] == "$everything":
        return Ask("*", "rs", others)
    if parts[0] in PUBLIC:
        return None
    return Ask(parts[0], "r" if len(parts) > 1 else "s", others)


def _read(granted: Collection[str]) -> Iterator[Scope]:
    for scope in granted:
        if "/" not in scope or scope == "launch/patient":
            continue
        match = _SMART.fullmatch(scope)
        if match is None or match["rest"] or match["context"] == "system" or match["acts"] not in _ACTS:
            raise ScopeRefused("the token carries a scope that is not offered")
        if match["type"] not in ("*", *TYPES):
            raise ScopeRefused("the token carries a scope that is not offered")
        yield Scope(match["context"], match["type"], _ACTS[match["acts"]])
