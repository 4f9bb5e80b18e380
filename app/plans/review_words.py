"""What a professional decided about an item, in plain words for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.dates import Period
from app.i18n import Translator
from app.plans.review import Reviewed
from app.plans.review_content import load_review

if TYPE_CHECKING:
    from app.plans.sentences import Sentences


def review_json(review: Reviewed, say: Sentences) -> dict[str, Any]:
    """The decision, with the sentences that say it (`text`). The account of who decided stays out of it."""
    data = review.to_json()
    kept = {name: data.get(name) for name in ("number", "on", "until", "due", "interval", "act", "reason", "words")}
    return {"decision": review.kind, "by": review.name, **kept, "text": " ".join(sentences(review, say))}


def when_agreed(review: Reviewed, t: Translator) -> str | None:
    """The day that the professional chose, as one short sentence."""
    return t("Convenu avec votre médecin : à partir du {day}.", day=t.date(review.due)) if review.due else None


def sentences(review: Reviewed, say: Sentences) -> list[str]:
    t, name, day = say.t, review.name, say.t.date(review.on)
    if review.kind == "accept":
        return [t("{name} a relu ce conseil le {day} et le confirme.", name=name, day=day)]
    if review.kind == "done":
        return [t("{name} a noté que c’est fait, le {day}.", name=name, day=day)]
    quoted = [t("« {words} »", words=review.words)] if review.words else []
    if review.kind == "ask_patient":
        asked = t("{name} aimerait en parler avec vous ({day}).", name=name, day=day)
        return [asked, *quoted]
    if review.kind == "set_aside":
        reason = t(load_review().words.get(review.reason or "other", "")) or t("une autre raison")
        found = [t("{name} a mis ce conseil de côté le {day} : {reason}.", name=name, day=day, reason=reason), *quoted]
        if review.until:
            found.append(t("Il en sera de nouveau question à partir du {day}.", day=t.date(review.until)))
        return found
    return [t("{name} a adapté ce conseil pour vous le {day}.", name=name, day=day), *_adapted(review, say)]


def _adapted(review: Reviewed, say: Sentences) -> list[str]:
    """The professional's own words stand in the item's action already."""
    t, found = say.t, []
    if review.act:
        found.append(t("Examen choisi : {act}.", act=say.words.label(review.act)))
    if review.interval:
        found.append(t("Rythme : tous les {length}.", length=length(review.interval, t)))
    if review.due:
        found.append(t("À faire à partir du {day}.", day=t.date(review.due)))
    return found


def length(interval: str, t: Translator) -> str:
    """`P2Y` → `2 ans`."""
    period = Period.parse(interval)
    if period.months and period.months % 12 == 0:
        return t.plural("{n} an", "{n} ans", period.months // 12)
    if period.months:
        return t.plural("{n} mois", "{n} mois", period.months)
    return t.plural("{n} jour", "{n} jours", period.days)
