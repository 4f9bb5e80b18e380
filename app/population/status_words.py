"""Statuses in the words of public-health teams: one each, so that tables can name them."""

from __future__ import annotations

from app.guidelines.status import Status
from app.i18n import N_

STATUS_WORDS = {
    Status.NOT_ELIGIBLE: N_("non concerné"), Status.NOT_NEEDED: N_("pas nécessaire"),
    Status.UP_TO_DATE: N_("à jour"), Status.DUE_SOON: N_("bientôt à faire"), Status.DUE: N_("à faire"),
    Status.OVERDUE: N_("à faire depuis longtemps"), Status.ASK: N_("il manque une réponse"),
    Status.SPECIALIST: N_("suivi particulier, avec un médecin"), Status.SEE_DOCTOR: N_("à montrer à un médecin"),
    Status.INFORMATION: N_("pour information"),
}
