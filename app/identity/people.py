"""Claims → who somebody is: the civil identity of a citizen, the profession of a professional."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.dates import PartialDate
from app.errors import JalonError
from app.records.model import Subject

_DOCTOR, _PHARMACIST, _MIDWIFE, _NURSE = "10", "21", "50", "60"
PROFESSIONS = {_DOCTOR: "doctor", _PHARMACIST: "pharmacist", _MIDWIFE: "midwife", _NURSE: "nurse"}
"""`codeProfession` of Pro Santé Connect."""


class NotAdmitted(JalonError):
    """Somebody whom the provider knows, and whom we do not let in."""

    code = "not_admitted"


@dataclass(frozen=True, slots=True)
class Professional:
    """A health professional in one exercise of their profession."""

    national_id: str
    profession: str
    sector: str | None
    name: str = ""
    """As patients are told who looked."""

    places: tuple[str, ...] = ()
    """FINESS numbers of where they work in this exercise."""

    @property
    def practices(self) -> tuple[str, ...]:
        """The numbers by which patients may have named their practice: their own RPPS, and those of the places."""
        rpps = self.national_id.removeprefix("8") if len(self.national_id) == 12 else self.national_id
        return tuple(number for number in (rpps, *self.places) if re.fullmatch(r"\d{11}|\d[\dAB]\d{7}", number))


def citizen(claims: dict[str, Any]) -> Subject:
    """The civil identity (FranceConnect's « identité pivot »). It carries no INS: a record must match its traits.
    Raises NotAdmitted when it is incomplete."""
    try:
        birth = PartialDate.parse(str(claims["birthdate"]))
        family, given = str(claims["family_name"]).strip(), str(claims["given_name"]).strip()
    except (KeyError, ValueError):
        raise NotAdmitted("the identity is not complete") from None
    if not family or not given or birth.exact is None:
        raise NotAdmitted("the identity is not complete")
    sex = {"male": "male", "female": "female"}.get(str(claims.get("gender")), "unknown")
    return Subject(birth, sex, (), family, given=given)  # type: ignore[arg-type]


def professional(claims: dict[str, Any], *, accept_test: bool) -> Professional:
    """The professional (Pro Santé Connect). Raises NotAdmitted for a test identity in production, for students, and for
    somebody without a profession."""
    national_id = str(claims.get("SubjectNameID") or claims.get("preferred_username") or "")
    if not national_id:
        raise NotAdmitted("the provider gives no professional number")
    if national_id.startswith(("8997", "ANS")) and not accept_test:
        raise NotAdmitted("test identities are not accepted here")
    exercises = (claims.get("SubjectRefPro") or {}).get("exercices") or []
    for exercise in exercises:
        profession = PROFESSIONS.get(str(exercise.get("codeProfession")))
        if profession and exercise.get("codeCategorieProfessionnelle") in ("C", "M"):
            activities = exercise.get("activities") or [{}]
            places = [str(activity.get("numeroFinessSite") or "") for activity in activities]
            name = " ".join(str(claims[part]).strip() for part in ("given_name", "family_name") if claims.get(part))
            return Professional(
                national_id, profession, activities[0].get("codeSecteurDactivite"), name, tuple(filter(None, places))
            )
    raise NotAdmitted("this service is for doctors, pharmacists, midwives and nurses")
