"""Risk estimates in words: natural frequencies out of 100, what weighs in them, what would change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.facts.reduce import ReducedFacts
from app.guidelines.estimates import Estimates
from app.guidelines.model import Status
from app.i18n import N_, Translator
from app.plans.guard import CitizenRisk, RiskFactor, RiskWhatIf, refusal
from risk_models import Contribution, NaturalFrequency, RiskEstimate, WhatIf
from risk_models.models.findrisc import class_of

if TYPE_CHECKING:
    from app.plans.model import Plan

SHOWN = ("score2", "score2-op", "findrisc")
"""The models that a plan tries, in this order; the guard decides which figures are shown."""

_HEART = ("tobacco", "blood_pressure_check", "lipids_cardiovascular_risk", "physical_activity", "weight")
ACTS_ON = {"score2": _HEART, "score2-op": _HEART,
           "findrisc": ("type2_diabetes_detection", "physical_activity", "weight")}
"""Guidelines that act on what each model estimates."""

ACTIVE = frozenset({Status.DUE, Status.OVERDUE, Status.DUE_SOON, Status.SEE_DOCTOR, Status.SPECIALIST})
"""Statuses that ask something of the person: only these are actions."""

_EVENT = {
    "score2": N_("un infarctus ou un AVC"), "score2-op": N_("un infarctus ou un AVC"),
    "score2-diabetes": N_("un infarctus ou un AVC"),
    "findrisc": N_("un diabète de type 2"),
}
_FACTOR = {
    "smoker": N_("le tabac"), "sbp": N_("la tension"), "total_cholesterol": N_("le cholestérol total"),
    "hdl_cholesterol": N_("le cholestérol HDL"), "age": N_("l'âge"), "bmi": N_("le poids pour la taille (IMC)"),
    "waist": N_("le tour de taille"), "daily_activity_30min": N_("l'activité physique"),
    "vegetables_every_day": N_("les fruits et légumes"), "ever_bp_medication": N_("un traitement de la tension"),
    "hba1c": N_("l'hémoglobine glyquée (HbA1c)"), "egfr": N_("le fonctionnement des reins"),
    "age_at_diabetes_diagnosis": N_("l'ancienneté du diabète"),
    "ever_high_glucose": N_("une glycémie déjà trouvée haute"), "family_diabetes": N_("le diabète dans la famille"),
}
_CHANGE = {
    "stop_smoking": N_("Pour la même personne, mais qui ne fume pas : {count}."),
    "lower_blood_pressure": N_("Pour la même personne, avec une tension à {to} au lieu de {before} : {count}."),
    "lower_cholesterol": N_("Pour la même personne, avec un cholestérol total à {to} au lieu de {before} : {count}."),
    "lower_hba1c": N_("Pour la même personne, avec une HbA1c à {to} au lieu de {before} : {count}."),
    "be_active_every_day": N_("Pour la même personne, active au moins 30 minutes par jour : {count}."),
    "eat_vegetables_every_day": N_("Pour la même personne, qui mange des fruits ou légumes tous les jours : {count}."),
    "lose_5_percent_of_weight": N_("Pour la même personne, avec 5 % de poids en moins : {count}."),
}
_CONDITION = {
    "established_cvd": N_("maladie du cœur ou des artères"), "diabetes": N_("diabète"),
    "severe_target_organ_damage": N_("atteinte sévère des reins, des yeux ou des nerfs"),
    "severe_chronic_kidney_disease": N_("maladie des reins avancée"), "pregnant": N_("grossesse en cours"),
    "familial_hypercholesterolaemia": N_("hypercholestérolémie familiale"), "known_diabetes": N_("diabète"),
}


def citizen_risks(plan: Plan, facts: ReducedFacts | None = None) -> list[CitizenRisk]:
    """The figures that this person may see: computed, actionable, and fit for citizens in France. `facts` stand for the
    plan's own when something is supposed (`app.plans.levers`)."""
    facts = facts or ReducedFacts(plan.sheet, plan.say.vocabulary)
    estimates, male = Estimates(facts, plan.sheet, plan.stops.models), facts.get("sex_at_birth").value == "male"
    in_plan = {item.id for item in plan.items if item.status in ACTIVE}
    found = []
    for model in SHOWN:
        if model.startswith("score2") and high_without_score(facts):
            continue
        estimate = estimates.of(model).estimate
        if estimate is None or estimate.frequency is None:
            continue
        if any(caveat.code == "smoking_effect_lost" for caveat in estimate.warnings):
            continue  # at 88 and 89 years SCORE2-OP says the reverse of smoking in men: no figure rather than that one
        actions = tuple(name for name in ACTS_ON[model] if name in in_plan)
        if refusal(model, [what_if.input for what_if in estimate.what_ifs], actions) is None:
            found.append(in_words(model, estimate, actions, plan.say.t, male=male))
    return found


def high_without_score(facts: ReducedFacts) -> bool:
    """An LDL cholesterol of 4.9 mmol/L or a filtration rate below 60 makes the risk high whatever the score says: its
    figure would reassure wrongly (ESC 2021)."""
    ldl, egfr = facts.get("ldl_cholesterol"), facts.get("egfr")
    return (ldl.low is not None and ldl.low >= 4.9) or (egfr.high is not None and egfr.high < 60)


def in_words(
    model: str, estimate: RiskEstimate, actions: tuple[str, ...], t: Translator, *, male: bool = False
) -> CitizenRisk:
    """Raises NotActionable when the guard refuses the figure."""
    frequency = estimate.frequency
    assert frequency is not None
    not_stated = [name for name in estimate.assumed if name in _CONDITION and (name != "pregnant" or not male)]
    return CitizenRisk(
        model=model, text=_text(model, frequency, estimate.horizon_years or 10, t), count=frequency.count,
        per=frequency.per, horizon_years=estimate.horizon_years, less_than=frequency.qualifier == "less_than",
        contributions=_factors(estimate, t), what_ifs=tuple(_what_if(model, w, t) for w in estimate.what_ifs),
        actions=actions, assumes=tuple(t(_CONDITION[name]) for name in not_stated),
        limits=_limits(model, not_stated, t),
    )


def _text(model: str, frequency: NaturalFrequency, years: int, t: Translator) -> str:
    event = t(_EVENT[model])
    if frequency.qualifier == "less_than":
        return t(
            "Sur {per} personnes comme vous, moins d'une aurait {event} dans les {years} ans qui viennent ; plus de "
            "{rest} n'en auraient pas.", per=frequency.per, event=event, years=years, rest=frequency.per - 1,
        )
    return t.plural(
        "Sur {per} personnes comme vous, environ {n} aurait {event} dans les {years} ans qui viennent ; {rest} n'en "
        "auraient pas.",
        "Sur {per} personnes comme vous, environ {n} auraient {event} dans les {years} ans qui viennent ; {rest} n'en "
        "auraient pas.",
        frequency.count, per=frequency.per, event=event, years=years, rest=frequency.per - frequency.count,
    )


def _factors(estimate: RiskEstimate, t: Translator) -> tuple[RiskFactor, ...]:
    """What weighs most first; what weighs nothing is left out."""
    def size(contribution: Contribution) -> float:
        return abs(contribution.delta if contribution.delta_pp is None else contribution.delta_pp)

    ranked = sorted((c for c in estimate.contributions if size(c) >= 0.1), key=size, reverse=True)
    return tuple(RiskFactor(c.input, _factor(c, t), c.delta_pp) for c in ranked)


def _factor(contribution: Contribution, t: Translator) -> str:
    name = t(_FACTOR.get(contribution.input, contribution.input))
    if contribution.delta_pp is None:
        return t.plural("{factor} : {n} point", "{factor} : {n} points", int(contribution.delta), factor=name)
    number = t.number(abs(contribution.delta_pp), 1)
    if contribution.delta_pp > 0:
        return t("{factor} : environ {points} de plus sur 100", factor=name, points=number)
    return t("{factor} : environ {points} de moins sur 100", factor=name, points=number)


def _what_if(model: str, what_if: WhatIf, t: Translator) -> RiskWhatIf:
    percent = 100 / class_of(int(what_if.value_after))[1] if model == "findrisc" else what_if.value_after
    after = NaturalFrequency.of_percent(percent)
    if after.qualifier == "less_than":
        count = t("moins de 1 sur {per}, et plus de {rest} sans", per=after.per, rest=after.per - 1)
    else:
        count = t("environ {n} sur {per}, et {rest} sans", n=after.count, per=after.per, rest=after.per - after.count)
    text = t(
        _CHANGE.get(what_if.change, N_("Pour la même personne, après ce changement : {count}.")), count=count,
        to=_amount(what_if.to_value, what_if.unit, t), before=_amount(what_if.from_value, what_if.unit, t),
    )
    return RiskWhatIf(what_if.change, what_if.input, text, after.count, after.per)


def _amount(value: object, unit: str | None, t: Translator) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{t.number(value, 1)} {'mmHg' if unit == 'mm[Hg]' else unit or ''}".strip()


def _limits(model: str, not_stated: list[str], t: Translator) -> str:
    sentences = [t("C'est une estimation pour un groupe de personnes comme vous, pas une prédiction pour vous.")]
    if model == "score2-diabetes":
        sentences.append(t(
            "Le calcul (SCORE2-Diabetes, France) compare avec une personne du même âge et du même sexe, dont le "
            "diabète vient d'être trouvé, qui ne fume pas, avec une tension de 120, un cholestérol total de 5 mmol/L, "
            "une HbA1c de 53 mmol/mol (7 %) et des reins qui fonctionnent bien. Les effets ne s'additionnent pas."
        ))
    elif model.startswith("score2"):
        sentences.append(t(
            "Le calcul (SCORE2, France) compare avec une personne du même âge et du même sexe, qui ne fume pas, avec "
            "une tension de 120 et un cholestérol total de 5 mmol/L (1,93 g/L). Les effets ne s'additionnent pas."
        ))
    conditions = [t(_CONDITION[name]) for name in not_stated]
    if conditions:
        sentences.append(t("Il ne vaut pas en cas de : {list}.", list=", ".join(dict.fromkeys(conditions))))
    return " ".join(sentences)
