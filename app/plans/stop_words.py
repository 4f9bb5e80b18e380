"""What is said of a recommendation or a model that was stopped: since when, why, and what to do meanwhile."""

from __future__ import annotations

from typing import Any

from app.guidelines.stops import Stop
from app.i18n import Translator


def suspended(stop: Stop, t: Translator) -> str:
    """Of a recommendation. The reason is shown as it was written, whatever the language."""
    return t(
        "Cette recommandation est suspendue depuis le {day}, parce que : {reason}.",
        day=t.date(stop.since), reason=_said(stop),
    )  # fmt: skip


def meanwhile(t: Translator) -> str:
    return t(
        "Jalon ne dit donc rien ici, ni pour ni contre. Si vous avez un doute, parlez-en à votre médecin : ce qu’il "
        "vous a conseillé reste valable."
    )


def still_shown(t: Translator) -> str:
    """A sign or a result is never hidden by a stop."""
    return t(
        "Un signe ou un résultat de votre dossier est à montrer à un médecin : la suspension n’y change rien."
    )


def without_model(stop: Stop, t: Translator) -> str:
    """Of a recommendation that reads a stopped model."""
    return t(
        "Le calcul de risque dont cette recommandation se sert est suspendu depuis le {day}, parce que : {reason}.",
        day=t.date(stop.since), reason=_said(stop),
    )  # fmt: skip


def model_suspended(stop: Stop, t: Translator) -> str:
    return t(
        "Un calcul de risque est suspendu depuis le {day}, parce que : {reason}.", day=t.date(stop.since),
        reason=_said(stop),
    )  # fmt: skip


def _said(stop: Stop) -> str:
    return stop.reason.rstrip(" .")


def stop_json(stop: Stop, text: str) -> dict[str, Any]:
    return {"stop": stop.id, "since": stop.since.isoformat(), "reason": stop.reason, "text": text}
