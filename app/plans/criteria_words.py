"""A criterion as a sentence: what it asks, whoever is asked."""

from __future__ import annotations

from app.dates import Period
from app.guidelines import criteria as c
from app.guidelines.model import Status
from app.i18n import N_, Translator
from app.plans.words import RELATIONS, Words

TRUTHS = {True: N_("oui"), False: N_("non"), None: N_("on ne sait pas")}

MODELS = {
    "score2": N_("risque cardiovasculaire à 10 ans (SCORE2)"), "eisinger": N_("score familial d'Eisinger"),
    "score2-op": N_("risque cardiovasculaire à 10 ans (SCORE2-OP)"),
    "findrisc": N_("score de risque de diabète (FINDRISC)"),
    "audit-c": N_("réponses sur l'alcool (AUDIT-C)"), "phq": N_("réponses sur l'humeur (PHQ-9)"),
    "phq-2": N_("deux premières réponses sur l'humeur (PHQ-2)"), "gad-7": N_("réponses sur l'anxiété (GAD-7)"),
}
_CATEGORIES = {"low": N_("bas"), "moderate": N_("moyen"), "high": N_("élevé"), "very_high": N_("très élevé")}
_DEGREES = {1: N_("du premier degré"), 2: N_("du deuxième degré"), 3: N_("du troisième degré")}


_UP_TO_DEGREES = {
    1: N_("du premier degré"), 2: N_("jusqu'au deuxième degré"), 3: N_("jusqu'au troisième degré"),
}
_SEXES = {"female": N_("chez une femme"), "male": N_("chez un homme")}
_SIDES = {"maternal": N_("du côté de la mère"), "paternal": N_("du côté du père")}
ANSWERS = {
    Status.NOT_ELIGIBLE: N_("ne vous concerne pas"), Status.NOT_NEEDED: N_("pas nécessaire"),
    Status.UP_TO_DATE: N_("à jour"), Status.DUE_SOON: N_("bientôt"), Status.DUE: N_("c'est le moment"),
    Status.OVERDUE: N_("c'est le moment"), Status.SPECIALIST: N_("suivi particulier, avec un médecin"),
    Status.SEE_DOCTOR: N_("à montrer à un médecin"), Status.INFORMATION: N_("pour information"),
}
"""What another guideline says, within the sentence of a criterion."""


def criterion_words(criterion: c.Criterion, words: Words) -> str:
    """One line; operators name only how many of their parts must hold (the parts have lines of their own)."""
    t = words.t
    if isinstance(criterion, c.All):
        return t("Toutes ces conditions :")
    if isinstance(criterion, c.Any_):
        return t("Au moins une de ces conditions :")
    if isinstance(criterion, c.Not):
        return t("Le contraire de :")
    if isinstance(criterion, c.AtLeast):
        return t.plural("Au moins {n} de ces conditions :", "Au moins {n} de ces conditions :", criterion.at_least)
    if isinstance(criterion, c.Use):
        return t("Situation décrite par la recommandation :")
    if isinstance(criterion, c.Age):
        if criterion.at is not None:
            return t("{what} : {value}", what=words.label(criterion.at), value=_age_then(criterion.age, t))
        return _age(criterion.age, t)
    if isinstance(criterion, c.Born):
        return _born(criterion.born, t)
    if isinstance(criterion, c.InSeason):
        first, last = month_day(criterion.season.from_), month_day(criterion.season.to)
        when = t("Période du {first} au {last} de l'année", first=first, last=last)
        return when if criterion.at is None else t("{what} : {value}", what=words.label(criterion.at), value=when)
    if isinstance(criterion, c.GuidelineIs):
        return _guideline(criterion, words)
    if isinstance(criterion, c.Symptom):
        signs = [words.label(f"symptom_{name}") for name in criterion.symptom]
        return t("Au moins un de ces signes : {list}", list=", ".join(signs))
    if isinstance(criterion, c.Family):
        return _family(criterion, words)
    if isinstance(criterion, c.Risk):
        return _risk(criterion, t)
    return _fact(criterion, words)


def _age(age: c.Years, t: Translator) -> str:
    if age.to is None:
        return t("Avoir {from_} ans ou plus", from_=age.from_)
    if age.from_ is None:
        return t("Avoir {to} ans ou moins", to=age.to)
    return t("Avoir de {from_} à {to} ans", from_=age.from_, to=age.to)


def _age_then(age: c.Years, t: Translator) -> str:
    if age.to is None:
        return t("à {from_} ans ou plus", from_=age.from_)
    if age.from_ is None:
        return t("à {to} ans ou moins", to=age.to)
    return t("entre {from_} et {to} ans", from_=age.from_, to=age.to)


def _born(days: c.Days, t: Translator) -> str:
    if days.to is None:
        return t("Date de naissance : le {day} ou après", day=t.date(days.from_)) if days.from_ else ""
    if days.from_ is None:
        return t("Date de naissance : le {day} ou avant", day=t.date(days.to))
    return t("Date de naissance : du {first} au {last}", first=t.date(days.from_), last=t.date(days.to))


def _guideline(criterion: c.GuidelineIs, words: Words) -> str:
    """The other guideline's title, and the answers that count."""
    t, what = words.t, words.title(criterion.guideline)
    answers = [t(ANSWERS[status]) for status in criterion.status or ()]
    if criterion.track is not None:
        answers.append(t("situation « {list} »", list=" », « ".join(criterion.track)))
    return t("{what} : {value}", what=what, value=_or(list(dict.fromkeys(answers)), t))


def _risk(criterion: c.Risk, t: Translator) -> str:
    model = t(MODELS.get(criterion.risk, criterion.risk))
    if criterion.at_least is not None:
        return t("{what} : {number} ou plus", what=model, number=t.number(criterion.at_least))
    levels = [t(_CATEGORIES.get(name, name)) for name in criterion.category or []]
    return t("{what} : {list}", what=model, list=_or(levels, t))


def _family(criterion: c.Family, words: Words) -> str:
    t, asked = words.t, criterion.family
    parts = [_or([words.label(f"family_{name}") for name in asked.condition], t)]
    if asked.degree is not None:
        parts.append(t(_DEGREES[asked.degree]))
    if asked.at_most_degree is not None:
        parts.append(t(_UP_TO_DEGREES[asked.at_most_degree]))
    if asked.sex is not None:
        parts.append(t(_SEXES[asked.sex]))
    if asked.side is not None:
        parts.append(t(_SIDES[asked.side]))
    if asked.same_side:
        parts.append(t("du même côté de la famille"))
    if asked.relation:
        parts.append(_or([t(RELATIONS.get(name, name)) for name in asked.relation], t))
    if asked.before_age is not None:
        parts.append(t("avant {age} ans", age=asked.before_age))
    if asked.from_age is not None:
        parts.append(t("à {age} ans ou plus", age=asked.from_age))
    if asked.years_before is not None:
        parts.append(t("à partir de {n} ans avant l'âge de ce diagnostic", n=asked.years_before))
    what = ", ".join(parts)
    if criterion.at_least == 1:
        return what
    return t("{what} ({n} personnes ou plus)", what=what, n=criterion.at_least)


def _fact(criterion: c.FactIs, words: Words) -> str:
    t, what = words.t, words.label(criterion.fact)
    definition = words.definition(criterion.fact)
    if criterion.is_ is True:
        return what
    if criterion.is_ is not None:
        return t("{what} : {value}", what=what, value=words.value(definition, criterion.is_))
    if criterion.in_ is not None:
        return t("{what} : {value}", what=what, value=_or([words.value(definition, v) for v in criterion.in_], t))
    if criterion.known is not None:
        return t("{what} : connu", what=what) if criterion.known else t("{what} : non connu", what=what)
    if criterion.within is not None and criterion.after is not None:
        return t("{what} : moins de {period} après « {other} »", what=what, other=words.label(criterion.after),
                 period=period_words(criterion.within, t))
    if criterion.before is not None:
        return t("{what} : avant « {other} »", what=what, other=words.label(criterion.before))
    if criterion.within is not None:
        return t("{what} : il y a moins de {period}", what=what, period=period_words(criterion.within, t))
    if criterion.later_than is not None:
        return t("{what} : après « {other} »", what=what, other=words.label(criterion.later_than))
    if criterion.before_age is not None:
        return t("{what} : avant l'âge de {age} ans", what=what, age=criterion.before_age)
    unit = words.unit(criterion.fact)
    bounds = (
        (criterion.at_least, N_("{number} ou plus")), (criterion.more_than, N_("plus de {number}")),
        (criterion.at_most, N_("{number} ou moins")), (criterion.less_than, N_("moins de {number}")),
    )
    said = [t(text, number=words.quantity(bound, unit)) for bound, text in bounds if bound is not None]
    return t("{what} : {value}", what=what, value=t.list(said))


def month_day(text: str) -> str:
    """Day and month, as `14/10`."""
    month, day = text.split("-")
    return f"{day}/{month}"


def period_words(text: str, t: Translator) -> str:
    period = Period.parse(text)
    if period.months and period.months % 12 == 0:
        return t.plural("{n} an", "{n} ans", period.months // 12)
    if period.months:
        return t.plural("{n} mois", "{n} mois", period.months)
    return t.plural("{n} jour", "{n} jours", period.days)


def _or(items: list[str], t: Translator) -> str:
    if len(items) < 2:
        return "".join(items)
    return t("{first} ou {last}", first=", ".join(items[:-1]), last=items[-1])


