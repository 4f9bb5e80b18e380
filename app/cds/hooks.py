"""What a CDS Hooks 2.0 client sends. https://cds-hooks.hl7.org/2.0/ (read 2026-11-26)

Unknown members are ignored, as the specification asks: hooks carry more than any one service uses.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FhirId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-.]{1,64}$")]
Resource = dict[str, Any]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Context(_Lenient):
    """`patientId` is common to both hooks; `selections` and `draftOrders` are order-select's."""

    patientId: FhirId
    userId: Annotated[str, StringConstraints(max_length=200)] | None = None
    encounterId: Annotated[str, StringConstraints(max_length=200)] | None = None
    selections: list[Annotated[str, StringConstraints(max_length=200)]] = Field(default_factory=list, max_length=100)
    draftOrders: Resource | None = None


class HookCall(_Lenient):
    """One call of a service. `prefetch` holds resources and search Bundles by the keys of our templates; null says
    that the client could not get it."""

    hook: str
    hookInstance: UUID
    context: Context
    fhirServer: Annotated[str, StringConstraints(max_length=500)] | None = None
    prefetch: dict[str, Resource | None] = Field(default_factory=dict)


class AcceptedSuggestion(_Lenient):
    id: UUID


class Coding(_Lenient):
    code: Annotated[str, StringConstraints(max_length=100)]
    system: Annotated[str, StringConstraints(max_length=500)] | None = None


class OverrideGiven(_Lenient):
    """`userComment` may name the patient: it is never kept."""

    reason: Coding | None = None


class Feedback(_Lenient):
    """What became of one card."""

    card: UUID
    outcome: Literal["accepted", "overridden"]
    acceptedSuggestions: list[AcceptedSuggestion] = Field(default_factory=list, max_length=20)
    overrideReason: OverrideGiven | None = None
    outcomeTimestamp: Annotated[str, StringConstraints(max_length=40)]


class FeedbackCall(_Lenient):
    feedback: list[Feedback] = Field(min_length=1, max_length=100)
