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
MOST_EXERCISES = 20


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

    place: str = ""
    """FINESS number of where they work in this activity, if it has one."""

    site: str = ""
    """What that place is called."""

    @property
    def practices(self) -> tuple[str, ...]:
        """The numbers by which patients may have named their practice: their own RPPS, and that of the place."""
        rpps = self.national_id.removeprefix("8") if len(self.national_id) == 12 else self.national_id
        return tuple(number for number in (rpps, self.place) if re.fullmatch(r"\d{11}|\d[\dAB]\d{7}", number))


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


def exercises(claims: dict[str, Any], *, accept_test: bool) -> tuple[Professional, ...]:
    """The professional in each activity of each exercise of their profession that is admitted here, of which they
    choose one for a session (Pro Santé Connect). Raises NotAdmitted for a test identity in production, for students,
    and for somebody without a profession."""
    national_id = str(claims.get("SubjectNameID") or claims.get("preferred_username") or "")
    if not national_id:
        raise NotAdmitted("the provider gives no professional number")
    if national_id.startswith(("8997", "ANS")) and not accept_test:
        raise NotAdmitted("test identities are not accepted here")
    name = " ".join(str(claims[part]).strip() for part in ("given_name", "family_name") if claims.get(part))
    found = []
    for exercise in (claims.get("SubjectRefPro") or {}).get("exercices") or []:
        profession = PROFESSIONS.get(str(exercise.get("codeProfession")))
        if profession and exercise.get("codeCategorieProfessionnelle") in ("C", "M"):
            for activity in exercise.get("activities") or [{}]:
                place = str(activity.get("numeroFinessSite") or "")
                found.append(
                    Professional(
                        national_id, profession, activity.get("codeSecteurDactivite"), name, place,
                        str(activity.get("raisonSocialeSite") or "")[:100],
                    )
                )  # fmt: skip
    if not found:
        raise NotAdmitted("this service is for doctors, pharmacists, midwives and nurses")
    return tuple(dict.fromkeys(found))[:MOST_EXERCISES]
