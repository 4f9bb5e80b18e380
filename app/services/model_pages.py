"""What the public may read of the risk models: the card of each, with plain words, and which were left out and why."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import risk_models
from app.content import Strict, content_dir, load_model
from app.errors import UsageError
from app.i18n import N_, Translator
from risk_models.cards import CardData
from risk_models.charts import CHARTS
from risk_models.elsewhere import ElsewhereData

ADDRESS = "/transparence/modeles"
"""Where the pages of the models stand."""


class Plain(Strict):
    """One model for citizens: what it answers, for whom, and what its answer does not say."""

    summary: str
    text: str
    limits: str


class ModelWords(Strict):
    models: dict[str, Plain]


@lru_cache(maxsize=1)
def load_words() -> ModelWords:
    return load_model(content_dir() / "models.yaml", ModelWords)


_SHOWN_AS = {
    "figure": N_("En France, une personne peut voir ce chiffre, avec ce qu'elle peut y changer."),
    "words": N_("En France, une personne voit des mots et des lignes d'aide, jamais un score ni un diagnostic."),
    "consultation": N_("En France, une personne voit s'il est utile de consulter, jamais un chiffre."),
}
_PROFESSIONALS = N_("En France, seul un professionnel de santé peut le voir.")
_NOBODY = N_("En France, il n'est montré à personne.")
_FIT = {
    "yes": N_("Convient à la France."), "partly": N_("Convient à la France en partie."),
    "no": N_("Ne convient pas à la France."),
}  # fmt: skip


def listed(t: Translator) -> dict[str, Any]:
    """Every model with its card, and those that were left out."""
    return {
        "models": [one(model_id, t) for model_id in risk_models.ids()],
        "left_out": [_left_out(card.data, t) for card in risk_models.elsewhere().values()],
    }


def _left_out(data: ElsewhereData, t: Translator) -> dict[str, Any]:
    """A tool that may not be embedded or does not fit: why, and where to go instead."""
    english = t.lang == "en"
    return {
        "id": data.id, "title": data.title if english else data.title_fr,
        "why": data.why_not if english else data.why_not_fr, "where": data.where if english else data.where_fr,
        "url": data.go_to,
    }  # fmt: skip


def one(model_id: str, t: Translator) -> dict[str, Any]:
    """The card of a model, with `plain`: its words for citizens. Raises UsageError (`unknown_model`)."""
    try:
        card = risk_models.card(model_id)
    except risk_models.UnknownModel:
        raise UsageError("there is no such model", code="unknown_model") from None
    return {**card.to_json(), "plain": _plain(card.data, t)}


def detailed(model_id: str, t: Translator) -> dict[str, Any]:
    """As `one`, with each input as the code checks it. Raises UsageError (`unknown_model`)."""
    return {**one(model_id, t), "checked_inputs": risk_models.describe(model_id)["inputs"]}


def _plain(data: CardData, t: Translator) -> dict[str, Any]:
    words = load_words().models.get(data.id)
    viewers = data.shown_to.get("FR", [])
    shown = _SHOWN_AS[data.shown_as] if "citizen" in viewers else _PROFESSIONALS if viewers else _NOBODY
    return {
        "lang": t.lang,
        "title": data.title_fr if t.is_source else data.title,
        "summary": t(words.summary) if words else data.purpose_fr if t.is_source else data.purpose,
        "for": t(words.text) if words else "",
        "limits": t(words.limits) if words else "",
        "shown": t(shown),
        "fit": t(_FIT[data.fit_for_france]),
        "page": f"{ADDRESS}/{data.id}",
        "chart": data.id in CHARTS,
    }
