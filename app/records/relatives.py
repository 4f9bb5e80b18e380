"""Who a relative is, for heredity: HL7 RoleCode → relation, degree, side and sex.

Step-, adoptive, foster and in-law relatives, spouses and friends share no blood: they are told apart, not dropped.
Source: HL7 v3 RoleCode (2.16.840.1.113883.5.111).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.records.model import Adoption


@dataclass(frozen=True, slots=True)
class Kinship:
    """`degree` 1 (parent, child, sibling), 2, 3, or None when not known."""

    relation: str
    degree: int | None
    side: Literal["maternal", "paternal"] | None = None
    sex: Literal["female", "male"] | None = None


_TABLE: dict[str, tuple[int | None, str | None, str | None, str]] = {
    "mother": (1, "maternal", "female", "MTH NMTH GESTM NMTHF"),
    "father": (1, "paternal", "male", "FTH NFTH NFTHF"),
    "parent": (1, None, None, "PRN NPRN"),
    "sister": (1, None, "female", "SIS NSIS FTWIN TWINSIS FTWINSIS"),
    "brother": (1, None, "male", "BRO NBRO TWINBRO FTWINBRO"),
    "sibling": (1, None, None, "SIB NSIB TWIN ITWIN ITWINBRO ITWINSIS"),
    "half_sister": (2, None, "female", "HSIS"),
    "half_brother": (2, None, "male", "HBRO"),
    "half_sibling": (2, None, None, "HSIB"),
    "daughter": (1, None, "female", "DAU DAUC"),
    "son": (1, None, "male", "SON SONC"),
    "child": (1, None, None, "CHILD NCHILD"),
    "maternal_grandmother": (2, "maternal", "female", "MGRMTH"),
    "maternal_grandfather": (2, "maternal", "male", "MGRFTH"),
    "maternal_grandparent": (2, "maternal", None, "MGRPRN"),
    "paternal_grandmother": (2, "paternal", "female", "PGRMTH"),
    "paternal_grandfather": (2, "paternal", "male", "PGRFTH"),
    "paternal_grandparent": (2, "paternal", None, "PGRPRN"),
    "grandmother": (2, None, "female", "GRMTH"),
    "grandfather": (2, None, "male", "GRFTH"),
    "grandparent": (2, None, None, "GRPRN"),
    "maternal_aunt": (2, "maternal", "female", "MAUNT"),
    "maternal_uncle": (2, "maternal", "male", "MUNCLE"),
    "paternal_aunt": (2, "paternal", "female", "PAUNT"),
    "paternal_uncle": (2, "paternal", "male", "PUNCLE"),
    "aunt": (2, None, "female", "AUNT"),
    "uncle": (2, None, "male", "UNCLE"),
    "niece": (2, None, "female", "NIECE"),
    "nephew": (2, None, "male", "NEPHEW"),
    "niece_or_nephew": (2, None, None, "NIENEPH"),
    "granddaughter": (2, None, "female", "GRNDDAU"),
    "grandson": (2, None, "male", "GRNDSON"),
    "grandchild": (2, None, None, "GRNDCHILD"),
    "maternal_cousin": (3, "maternal", None, "MCOUSN"),
    "paternal_cousin": (3, "paternal", None, "PCOUSN"),
    "cousin": (3, None, None, "COUSN"),
    "maternal_great_grandmother": (3, "maternal", "female", "MGGRMTH"),
    "maternal_great_grandfather": (3, "maternal", "male", "MGGRFTH"),
    "maternal_great_grandparent": (3, "maternal", None, "MGGRPRN"),
    "paternal_great_grandmother": (3, "paternal", "female", "PGGRMTH"),
    "paternal_great_grandfather": (3, "paternal", "male", "PGGRFTH"),
    "paternal_great_grandparent": (3, "paternal", None, "PGGRPRN"),
    "great_grandmother": (3, None, "female", "GGRMTH"),
    "great_grandfather": (3, None, "male", "GGRFTH"),
    "great_grandparent": (3, None, None, "GGRPRN"),
}

KINSHIPS: dict[str, Kinship] = {
    relation: Kinship(relation, degree, side, sex)  # type: ignore[arg-type]
    for relation, (degree, side, sex, _) in _TABLE.items()
}
"""Relation name of the case vocabulary (and a few where the side is not known) → kinship."""

BOTH_BRANCHES = frozenset({
    "sister", "brother", "sibling", "daughter", "son", "child", "niece", "nephew", "niece_or_nephew", "granddaughter",
    "grandson", "grandchild",
})
"""Relatives who belong to the mother's and to the father's side alike (as in the Eisinger score, 2004)."""

_BY_ROLE = {role: KINSHIPS[relation] for relation, (*_, roles) in _TABLE.items() for role in roles.split()}

_NOT_BLOOD = frozenset(
    "SPS HUSB WIFE DOMPART FMRSPS SIGOTHR FRND NBOR ROOM ADOPT ADOPTP ADOPTF ADOPTM CHLDADOPT DAUADOPT SONADOPT "
    "CHLDFOST DAUFOST SONFOST PRNFOST FTHFOST MTHFOST CHLDINLAW DAUINLAW SONINLAW PRNINLAW FTHINLAW MTHINLAW "
    "SIBINLAW BROINLAW SISINLAW INLAW STPCHLD STPDAU STPSON STPPRN STPFTH STPMTH STPSIB STPBRO STPSIS".split()
)


def kinship_of(role: str) -> Kinship | None:
    """The blood relative of a RoleCode; None when the code names none (`FAMMEMB`: relation not known)."""
    return _BY_ROLE.get(role.strip().upper())


_ADOPTION: dict[str, tuple[str, Adoption]] = {
    "CHLDADOPT": ("child", "in"), "ADOPT": ("child", "in"), "DAUADOPT": ("daughter", "in"), "SONADOPT": ("son", "in"),
    "ADOPTP": ("parent", "adopter"), "ADOPTM": ("mother", "adopter"), "ADOPTF": ("father", "adopter"),
}


def adoption_of(role: str) -> tuple[Kinship, Adoption] | None:
    """The place in the family of a RoleCode that says adopted, and how; such a relative shares no blood."""
    found = _ADOPTION.get(role.strip().upper())
    return (KINSHIPS[found[0]], found[1]) if found else None


def role_of(relation: str | None, adoption: Adoption | None = None) -> str:
    """The RoleCode under which a relative is written down; `FAMMEMB` where none fits."""
    if adoption in ("in", "adopter"):
        return next((role for role, told in _ADOPTION.items() if told == (relation, adoption)), "FAMMEMB")
    return _TABLE[relation][3].split()[0] if relation in _TABLE else "FAMMEMB"


def is_blood_relative(role: str) -> bool:
    """False only for codes that say so: step-, adoptive, foster, in-law, spouse, friend."""
    return role.strip().upper() not in _NOT_BLOOD
