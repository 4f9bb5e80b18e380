"""A schedule as a sentence: when the action is due, whoever is asked."""

from __future__ import annotations

from app.guidelines.schedule.model import Doses, Milestones, Schedule, Series
from app.i18n import Translator
from app.plans.criteria_words import month_day, period_words
from app.plans.words import Words


def schedule_words(schedule: Schedule, words: Words) -> str:
    t = words.t
    waits = [
        t("au moins {period} après : {act}", period=period_words(rule.plus, t), act=words.label(rule.after))
        for rule in schedule.wait
    ]
    return t.series([_by_kind(schedule, words), *waits])


def _by_kind(schedule: Schedule, words: Words) -> str:
    t = words.t
    if schedule.season is not None:
        opens, closes = month_day(schedule.season.opens), month_day(schedule.season.closes)
        return t("chaque année, du {opens} au {closes}", opens=opens, closes=closes)
    if schedule.milestones is not None:
        return _milestones(schedule.milestones, t)
    if schedule.doses is not None:
        return _doses(schedule.doses, t)
    rules = [
        t("une fois pour toutes après : {act}", act=words.label(rule.after)) if rule.plus == "once"
        else t("{period} après : {act}", period=period_words(rule.plus, t), act=words.label(rule.after))
        for rule in schedule.due
    ]
    return t.series(rules)


def _milestones(milestones: Milestones, t: Translator) -> str:
    parts = [t("à {ages} ans", ages=t.list([str(age) for age in milestones.ages]))]
    if milestones.then_every is not None:
        parts.append(t("puis tous les {n} ans", n=milestones.then_every))
    if milestones.skip_if_within is not None:
        parts.append(t("sauf un rendez-vous à moins de {period} du dernier acte",
                       period=period_words(milestones.skip_if_within, t)))
    if milestones.max_gap is not None:
        parts.append(t("jamais plus de {period} sans l'acte", period=period_words(milestones.max_gap, t)))
    return ", ".join(parts)


def _doses(doses: Doses, t: Translator) -> str:
    parts = [_series(series, t) for series in doses.series]
    if doses.then is not None:
        parts.append(t("puis un rappel tous les {period}", period=period_words(doses.then, t)))
    return t.series(parts)


def _series(series: Series, t: Translator) -> str:
    parts = [t.plural("{n} dose", "{n} doses", series.count)]
    if series.first_dose_before_age is not None:
        parts.append(t("pour une première dose avant {age} ans", age=series.first_dose_before_age))
    if series.intervals:
        gaps = [period_words(gap, t) for gap in series.intervals]
        parts.append(t("espacées d'au moins {periods}", periods=t("{list}, dans l'ordre", list=t.list(gaps))
                       if len(set(gaps)) > 1 else gaps[0]))
    return ", ".join(parts)
