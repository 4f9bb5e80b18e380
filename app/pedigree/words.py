"""The family in words: one sentence a relative, by side, and the short labels of the drawing."""

from __future__ import annotations

from app.facts.kin import Kin, KinCondition
from app.facts.vocabulary import load_vocabulary
from app.i18n import N_, Translator
from app.pedigree.build import SELF, Pedigree
from app.pedigree.content import load_content
from app.plans.words import RELATIONS
from app.records.relatives import KINSHIPS

_GROUPS = (
    (N_("Parents, frères et sœurs, enfants"), lambda k: k.degree == 1),
    (N_("Du côté de la mère"), lambda k: k.side == "maternal"),
    (N_("Du côté du père"), lambda k: k.side == "paternal"),
    (N_("Autres parents, ou côté non connu"), lambda k: True),
)


def relation(kin: Kin, t: Translator) -> str:
    if kin.relation == SELF:
        return t("vous")
    return t(RELATIONS[kin.relation]) if kin.relation in RELATIONS else t("un parent, lien non précisé")


def life(kin: Kin, t: Translator) -> list[str]:
    """Birth, death and adoption, as far as they are told."""
    she = kin.sex == "female"
    told = []
    if kin.born:
        year = _years(kin)
        told.append(t("née en {year}", year=year) if she else t("né en {year}", year=year))
    if kin.age_at_death is not None:
        age = t.plural("{n} an", "{n} ans", int(kin.age_at_death))
        told.append(t("décédée à {age}", age=age) if she else t("décédé à {age}", age=age))
    elif kin.deceased:
        told.append(t("décédée") if she else t("décédé"))
    if kin.adoption == "in":
        told.append(t("adoptée par la famille") if she else t("adopté par la famille"))
    elif kin.adoption == "out":
        told.append(t("adoptée par une autre famille") if she else t("adopté par une autre famille"))
    return told


def _years(kin: Kin) -> str:
    assert kin.born is not None
    first, last = kin.born.earliest.year, kin.born.latest.year
    return str(first) if first == last else f"{first}-{last}"


def condition(told: KinCondition, t: Translator) -> str:
    """`cancer du sein à 47 ans`."""
    name = label(told.name, t) or told.text or t("maladie non précisée")
    age = _age(told, t)
    return t("{condition} {at_age}", condition=name, at_age=age) if age else name


def label(name: str | None, t: Translator) -> str | None:
    """`cancer du sein`; the fact's own words for a condition that no one gave short ones."""
    if name is None or name == "other_condition":
        return None
    short = {known.id: known.label for known in load_content().conditions}
    fact = load_vocabulary().facts.get(f"family_{name}")
    return t(short[name]) if name in short else t(fact.label) if fact else None


def _age(told: KinCondition, t: Translator) -> str | None:
    low, high = told.onset_low, told.onset_high
    if low is None and high is None:
        return None
    if low is not None and high is not None:
        if int(low) == int(high):
            return t("à {age}", age=t.plural("{n} an", "{n} ans", int(low)))
        return t("entre {low} et {high}", low=int(low), high=t.plural("{n} an", "{n} ans", int(high)))
    if high is not None:
        return t("avant {age}", age=t.plural("{n} an", "{n} ans", int(high) + 1))
    return t("à {age} ou plus", age=t.plural("{n} an", "{n} ans", int(low or 0)))


def health(kin: Kin, t: Translator) -> list[str]:
    """What this relative has had, what they are known not to have, or that nothing is known."""
    has = [condition(c, t) for c in kin.conditions if not c.absent]
    lacks = [condition(c, t) for c in kin.conditions if c.absent]
    if lacks:
        has.append(t("n'a pas eu : {list}", list=t.list(lacks)))
    if has:
        return has
    return [t("rien de signalé")] if kin.health_known else [t("santé non connue")]


def sentence(kin: Kin, t: Translator) -> str:
    """`Mère, née en 1950, décédée à 71 ans : cancer du sein à 47 ans`."""
    who = ", ".join([relation(kin, t).capitalize(), *life(kin, t)])
    return t("{what} : {value}", what=who, value=t.series(health(kin, t)))


def family_lines(pedigree: Pedigree, t: Translator) -> list[tuple[str, str]]:
    """The list that says all that the drawing shows, as (style, text)."""
    lines = [("title", t("Votre famille"))]
    if pedigree.adopted:
        lines.append(("", t("Vous avez été adopté : seule votre famille de naissance compte pour l'hérédité.")))
    if pedigree.person.conditions:
        lines.append(("", t("Vous : {list}", list=t.series(condition(c, t) for c in pedigree.person.conditions))))
    if not pedigree.relatives:
        lines.append(("", t("Le dossier ne dit rien de votre famille.")))
    rest = list(pedigree.relatives)
    for heading, belongs in _GROUPS:
        group = [kin for kin in rest if kin.relation in KINSHIPS and belongs(KINSHIPS[kin.relation])]
        if heading == _GROUPS[-1][0]:
            group = rest
        if group:
            lines += [("heading", t(heading)), *(("", f"- {sentence(kin, t)}") for kin in group)]
        rest = [kin for kin in rest if kin not in group]
    return lines
