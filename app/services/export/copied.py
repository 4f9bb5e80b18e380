"""What the door let through for a copy, and how its parts are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.i18n import N_
from app.trust import held

README = N_(
    "Cette copie contient tout ce que Jalon détient sur vous. Gardez-la pour vous : elle contient vos données de santé."
)
PARTS = {
    "lisez-moi.html": N_("tout, en clair, à lire dans un navigateur"),
    "donnees.json": N_("tout, tel que Jalon le conserve, pour un logiciel"),
    "fhir.json": N_("vos données au format de santé FHIR R4, pour un autre service de santé"),
    "journal.json": N_("qui a consulté vos données, avec les preuves (jalon audit verify)"),
    "fichiers/": N_("les fichiers que vous avez envoyés, tels quels"),
}
"""What stands in the zip, and what for."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What the door let through: `rows` by table (`app.trust.held`), the bundle of the log, and the names of the
    professionals who stand in it, by account."""

    person: str
    at: datetime
    rows: Mapping[str, list[dict[str, Any]]]
    log: Mapping[str, Any]
    professionals: Mapping[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Any]:
        """`{fact: {"value": …, "on": day}}`."""
        found = self.rows[held.FACTS]
        return dict(found[0]["answers"] or {}) if found else {}

    @property
    def decisions(self) -> dict[str, Any]:
        """Guideline → what was decided about it (`app.plans.decisions`)."""
        found = self.rows[held.FACTS]
        return dict(found[0]["decisions"] or {}) if found else {}

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files that were sent, each with where it stands in the zip."""
        return [{**row, "path": file_name(row["number"], row["name"])} for row in self.rows[held.FILES]]

    @property
    def consents(self) -> list[dict[str, Any]]:
        """Every decision, oldest first."""
        return sorted(self.rows[held.CONSENTS], key=lambda row: row["at"])

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Of the access log, oldest first."""
        return [*self.log["entries"], *self.log["pending"]]


def file_name(number: int, name: str) -> str:
    """Where a file stands in the zip; names are those that were kept, without folders (`app.services.records`)."""
    return f"fichiers/{number:03d}-{name}"
