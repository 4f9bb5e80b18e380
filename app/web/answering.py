"""Keeping one answer among those already given."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import Translator
from app.services import answers
from app.services.answers import WrongAnswers
from app.services.services import Services
from app.trust.door import Refused, SignedIn
from app.trust.vocabulary import Outcome
from app.web.forms import WrongAnswer, read_answer


class NotKept(ValueError):
    """Why, in the reader's language; with what was `typed`, so that nobody has to type it again."""

    def __init__(self, why: str, typed: Mapping[str, str], *, forbidden: bool = False) -> None:
        super().__init__(why)
        self.typed = typed
        self.forbidden = forbidden


async def keep(services: Services, who: SignedIn, typed: Mapping[str, str], t: Translator) -> int:
    """Add the answer of a form to those already given; gives its number (see `app.services.changes`).

    Raises NotKept, and what the services raise (Refused without any consent, NotSignedIn…).
    """
    fact = typed.get("fact", "")
    try:
        value = read_answer(fact, typed, t, today=services.today())
        return await answers.add(services, who, fact, value, more="more" in typed)
    except WrongAnswer as wrong:
        raise NotKept(str(wrong), typed) from None
    except WrongAnswers:
        raise NotKept(t("Cette réponse ne convient pas : vérifiez-la."), typed) from None
    except Refused as refused:
        if refused.outcome is not Outcome.CATEGORY:
            raise
        why = t("Vous n’autorisez pas Jalon à utiliser cette sorte d’information.")
        raise NotKept(why, typed, forbidden=True) from None
