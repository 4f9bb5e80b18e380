"""What a resource's own status says against using it."""

from __future__ import annotations

from app.records.fhir.values import Json, a_dict, choice, date_of, dicts, first_code, text_of
from app.records.model import Reason, Refusal

_DETAILS = {
    Reason.ENTERED_IN_ERROR: "Saisi par erreur, selon son auteur.",
    Reason.NOT_DONE: "Non fait, selon le dossier.",
    Reason.PLANNED_NOT_DONE: "Prévu ou prescrit : rien ne dit que c'est fait.",
    Reason.REVOKED: "Annulé ou remplacé par une version plus récente.",
    Reason.NOT_FINAL: "Pas encore définitif.",
    Reason.NO_RESULT: "Demandé ou enregistré, sans résultat.",
    Reason.UNCONFIRMED: "Diagnostic non confirmé.",
    Reason.REFUTED: "Diagnostic écarté.",
    Reason.UNKNOWN_MODIFIER: "Porte une mention qui change son sens et que nous ne connaissons pas.",
    Reason.CONTRADICTORY: "Se contredit.",
    Reason.MASKED: "Masqué dans le dossier.",
    Reason.INVALID_DOSE: "Dose déclarée non valable.",
}


def refuse(reason: Reason, detail: str | None = None) -> Refusal:
    return Refusal(reason, detail or _DETAILS[reason])


_OK: dict[str, Reason | None] = {"final": None, "amended": None, "corrected": None}
_ERROR = {"entered-in-error": Reason.ENTERED_IN_ERROR}

_BY_TYPE: dict[str, dict[str, Reason | None]] = {
    "Observation": {
        **_OK,
        **_ERROR,
        "preliminary": Reason.NOT_FINAL,
        "registered": Reason.NO_RESULT,
        "cancelled": Reason.NOT_DONE,
    },
    "DiagnosticReport": {
        **_OK,
        **_ERROR,
        "appended": None,
        "preliminary": Reason.NOT_FINAL,
        "partial": Reason.NOT_FINAL,
        "registered": Reason.NO_RESULT,
        "cancelled": Reason.NOT_DONE,
    },
    "Procedure": {
        **_ERROR,
        "completed": None,
        "not-done": Reason.NOT_DONE,
        "stopped": Reason.NOT_DONE,
        "preparation": Reason.PLANNED_NOT_DONE,
        "in-progress": Reason.NOT_FINAL,
        "on-hold": Reason.NOT_FINAL,
    },
    "Immunization": {**_ERROR, "completed": None, "not-done": Reason.NOT_DONE},
    "MedicationStatement": {
        **_ERROR,
        "active": None,
        "completed": None,
        "stopped": None,
        "on-hold": None,
        "intended": Reason.PLANNED_NOT_DONE,
        "not-taken": Reason.NOT_DONE,
    },
    "MedicationAdministration": {
        **_ERROR,
        "completed": None,
        "stopped": None,
        "in-progress": None,
        "not-done": Reason.NOT_DONE,
        "on-hold": Reason.NOT_DONE,
    },
    "MedicationDispense": {
        **_ERROR,
        "completed": None,
        "stopped": None,
        "declined": Reason.NOT_DONE,
        "cancelled": Reason.NOT_DONE,
        "preparation": Reason.PLANNED_NOT_DONE,
        "in-progress": Reason.PLANNED_NOT_DONE,
        "on-hold": Reason.PLANNED_NOT_DONE,
    },
    "FamilyMemberHistory": {**_ERROR, "completed": None, "partial": None, "health-unknown": None},
    "QuestionnaireResponse": {**_ERROR, "completed": None, "amended": None},
    "DocumentReference": {**_ERROR, "current": None, "superseded": Reason.REVOKED},
    "ImagingStudy": {
        **_ERROR,
        "available": None,
        "registered": Reason.NO_RESULT,
        "cancelled": Reason.NOT_DONE,
    },
}

PLANS = frozenset(
    {
        "ServiceRequest",
        "MedicationRequest",
        "DeviceRequest",
        "NutritionOrder",
        "VisionPrescription",
        "CarePlan",
        "Appointment",
        "ImmunizationRecommendation",
        "Goal",
        "Task",
        "RequestGroup",
        "SupplyRequest",
    }
)
"""Resources that say what is wished, never what was done."""

_REVOKED = {"revoked", "cancelled", "rejected", "ended", "noshow", "stopped"}


def by_status(resource: Json, kind: str) -> Refusal | None:
    """The refusal that `status` (or `verificationStatus`) imposes."""
    status = text_of(resource.get("status"))
    if kind in PLANS:
        return _of_a_plan(resource, status)
    if kind in ("Condition", "AllergyIntolerance"):
        return _of_a_problem(resource)
    table = _BY_TYPE.get(kind)
    if table is None:
        return None
    reason = table.get(status, Reason.NOT_FINAL) if isinstance(status, str) else Reason.NOT_FINAL
    if reason is None:
        return None
    why = first_code(resource.get("statusReason"))
    detail = "Refusé par la personne." if why == "PATOBJ" else None
    return refuse(reason, detail)


def _of_a_plan(resource: Json, status: str | None) -> Refusal:
    if status == "entered-in-error":
        return refuse(Reason.ENTERED_IN_ERROR)
    return refuse(Reason.REVOKED if status in _REVOKED else Reason.PLANNED_NOT_DONE)


_VERIFICATION = {
    "entered-in-error": Reason.ENTERED_IN_ERROR,
    "refuted": Reason.REFUTED,
    "unconfirmed": Reason.UNCONFIRMED,
    "provisional": Reason.UNCONFIRMED,
    "differential": Reason.UNCONFIRMED,
    "presumed": None,
    "confirmed": None,
}


def _of_a_problem(resource: Json) -> Refusal | None:
    code = first_code(resource.get("verificationStatus"))
    reason = _VERIFICATION.get(code, Reason.UNCONFIRMED) if code else None
    return refuse(reason) if reason else None


def modifier(resource: Json) -> Refusal | None:
    """FHIR forbids to use what carries a modifier that the reader does not know; we know none."""
    if resource.get("modifierExtension") or resource.get("implicitRules"):
        return refuse(Reason.UNKNOWN_MODIFIER)
    return None


_NOT_PERFORMED = {"not-performed": Reason.NOT_DONE, "masked": Reason.MASKED, "as-text": Reason.FREE_TEXT_ONLY}
_MASKED_LABELS = {"MASKED", "REDACTED", "MASQUE_PS", "MASQUE"}


def masked(resource: Json) -> Refusal | None:
    """A security label that says that the content is masked or redacted."""
    if "meta" not in resource:
        return None
    labels = dicts(a_dict(resource["meta"]).get("security"))
    return refuse(Reason.MASKED) if any(text_of(label.get("code")) in _MASKED_LABELS for label in labels) else None


def by_absence(reason: str) -> Refusal:
    """The refusal that a `dataAbsentReason` imposes."""
    if reason == "as-text":
        return Refusal(Reason.FREE_TEXT_ONLY, "Le résultat n'est donné qu'en toutes lettres.")
    return refuse(_NOT_PERFORMED.get(reason, Reason.NO_RESULT))


def contradiction(resource: Json, kind: str) -> Refusal | None:
    """What cannot be true together inside one resource."""
    if kind == "Condition":
        onset, abatement = choice(resource, "onset"), choice(resource, "abatement")
        active = first_code(resource.get("clinicalStatus")) in ("active", "recurrence", "relapse")
        if abatement and active:
            return refuse(Reason.CONTRADICTORY, "Dit à la fois actif et terminé.")
        first = date_of(onset[1]) if onset else None
        last = date_of(abatement[1]) if abatement else None
        if first and last and last.latest < first.earliest:
            return refuse(Reason.CONTRADICTORY, "Se termine avant d'avoir commencé.")
    for key in ("effectivePeriod", "performedPeriod", "occurrencePeriod"):
        if key not in resource:
            continue
        period = a_dict(resource.get(key))
        start, end = date_of(period.get("start")), date_of(period.get("end"))
        if start and end and end.latest < start.earliest:
            return refuse(Reason.CONTRADICTORY, "Se termine avant d'avoir commencé.")
    return None
