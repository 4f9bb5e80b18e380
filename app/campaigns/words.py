"""A simulation in words and tables: who is left behind first, then what-ifs side by side, then on what it rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.campaigns.people import BAND, NOT_TOLD
from app.campaigns.simulate import NOTHING
from app.i18n import N_, Translator

_SCALES = {"journal": N_("essais publiés"), "national": N_("à grande échelle")}


@dataclass(frozen=True)
class Table:
    title: str
    note: str
    head: list[str]
    rows: list[list[str]]


def tables_of(found: dict[str, Any], t: Translator) -> Iterator[Table]:
    yield _left_behind(found, t)
    yield _by_deprivation(found, t)
    yield _by_age(found, t)
    if lowest := _by_department(found, t):
        yield lowest
    yield _side_by_side(found, t)
    if _campaign(found)["national"]["cases"]:
        yield _cases(found, t)
    yield _work(found, t)
    yield _rests_on(found, t)


def _campaign(found: dict[str, Any]) -> dict[str, Any]:
    scenario: dict[str, Any] = found["scenarios"][1]
    return scenario


def _at_scale(scenario: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = scenario["national"]
    return result


def _left_behind(found: dict[str, Any], t: Translator) -> Table:
    people, scenario = found["people"], _campaign(found)
    target, now = people["target"], _at_scale(scenario)
    reached = scenario["reached"]
    rows = [
        [t("On ne sait pas si la campagne les concerne (le dossier ne le dit pas)"), _count(people["not_known"], t)],
        [t("Concernés, mais que le message n’atteindra pas"),
         _spread([target - one for one in reversed(reached)], t)],
        [t("Concernés, qui ne participeront pas"), _spread(now["not_taking_part"], t)],
    ]
    if now["cases"]:
        rows.append([t("Test positif, sans l’examen qui doit suivre"), _spread(now["cases"]["never_followed"], t)])
    if now["gap"]:
        rows += [
            [t("Écart de participation entre les moins et les plus défavorisés, sans campagne"),
             _points(now["gap"]["before"], t)],
            [t("Le même écart, avec la campagne"), _points(now["gap"]["after"], t)],
        ]  # fmt: skip
    note = t("Sur {everyone} personnes, {target} sont concernées. Les chiffres de cette page sont ceux que l’on attend "
             "à grande échelle, avec leur intervalle à 95 %.", everyone=t.number(people["everyone"], 0),
             target=t.number(target, 0))  # fmt: skip
    return Table(t("Qui reste de côté"), note, [t("Qui"), t("Personnes, ou points")], rows)


def _by_deprivation(found: dict[str, Any], t: Translator) -> Table:
    named = {"1": t("1 (le moins défavorisé)"), "5": t("5 (le plus défavorisé)"), NOT_TOLD: t("non connu")}
    rows = [
        [named.get(row["stratum"], row["stratum"]), _count(row["people"], t), _rate(row["before"], t),
         _rate(row["after"], t)]
        for row in _at_scale(_campaign(found))["by"]["deprivation"]
    ]  # fmt: skip
    return Table(
        t("Participation attendue selon le quartier"), t("La participation la plus basse d’abord."),
        [t("Cinquième de défavorisation"), t("Personnes"), t("Sans campagne"), t("Avec")], rows,
    )  # fmt: skip


def _by_age(found: dict[str, Any], t: Translator) -> Table:
    rows = []
    for row in by_age(found):
        who = t("non connu")
        if row["ages"]:
            women_or_men = t("Femmes") if row["sex"] == "female" else t("Hommes")
            who = t("{sex}, de {first} à {last} ans", sex=women_or_men, first=row["ages"][0], last=row["ages"][1])
        rows.append([who, _count(row["people"], t), _rate(row["before"], t), _rate(row["after"], t)])
    return Table(
        t("Participation attendue selon l’âge et le sexe"), t("Ceux de moins de 11 personnes ne sont pas montrés."),
        [t("Qui"), t("Personnes"), t("Sans campagne"), t("Avec")], rows,
    )  # fmt: skip


def by_age(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the age pyramid: women then men, the youngest first."""
    rows = []
    for row in sorted(_at_scale(_campaign(found))["by"]["age_sex"], key=lambda row: row["stratum"]):
        sex, _, first = row["stratum"].partition(" ")
        rows.append(row | {"sex": sex, "ages": (int(first), int(first) + BAND - 1) if first else None})
    return rows


def _by_department(found: dict[str, Any], t: Translator) -> Table | None:
    told = [row for row in _at_scale(_campaign(found))["by"]["department"] if row["after"]]
    rows = [
        [t("non connu") if row["stratum"] == NOT_TOLD else row["stratum"], _count(row["people"], t),
         _rate(row["before"], t), _rate(row["after"], t)]
        for row in told
    ]  # fmt: skip
    if not rows:
        return None
    return Table(
        t("Participation attendue par département"),
        t("La participation la plus basse d’abord. Ceux de moins de 11 personnes ne sont pas montrés."),
        [t("Département"), t("Personnes"), t("Sans campagne"), t("Avec")], rows,
    )  # fmt: skip


def _side_by_side(found: dict[str, Any], t: Translator) -> Table:
    rows = []
    for scenario in found["scenarios"]:
        title = t("Sans campagne") if scenario["id"] == NOTHING else scenario["title"]
        for scale, name in _SCALES.items():
            if scenario["id"] == NOTHING and scale == "journal":
                continue
            now = scenario[scale]
            if now is None:
                rows.append([title, t(name), *[t("aucun essai lu")] * 5])
                continue
            more = now["cost_of_one_more_test"]
            rows.append([
                title, t(name), _spread(scenario["reached"], t), _rate(now["participation"], t),
                _spread(now["extra_tests"], t), _spread(now["cost"], t),
                "—" if more is None else t.number(more, 0),
            ])  # fmt: skip
    return Table(
        t("Ce que changerait chaque choix"),
        t("Les essais publiés trouvent plus que ce que l’on retrouve à grande échelle : retenez le second chiffre."),
        [t("Choix"), t("Estimation"), t("Personnes atteintes"), t("Participation"), t("Tests en plus"),
         t("Coût (euros)"), t("Envois par test en plus (euros)")], rows,
    )  # fmt: skip


def _cases(found: dict[str, Any], t: Translator) -> Table:
    rows = [
        [t("Sans campagne") if one["id"] == NOTHING else one["title"],
         *(_spread(_at_scale(one)["cases"][key], t)
           for key in ("positives", "followed", "cancers", "advanced", "false_positives"))]
        for one in found["scenarios"]
    ]  # fmt: skip
    return Table(
        t("Ce que les tests trouveraient"), t("À grande échelle. Un test positif compte quand l’examen a suivi."),
        [t("Choix"), t("Tests positifs"), t("Examens faits ensuite"), t("Cancers"), t("Lésions avancées"),
         t("Examens sans rien d’important")], rows,
    )  # fmt: skip


def _work(found: dict[str, Any], t: Translator) -> Table:
    rows = [
        [t("Sans campagne") if one["id"] == NOTHING else one["title"],
         t("toute la campagne") if work["area"] == "all" else work["area"], work["act"],
         t.number(work["capacity"]), _spread(work["asked"], t, 1) if work["asked"] else t("non montré"),
         "—" if work["too_much"] is None else _rate([work["too_much"]] * 3, t)]
        for one in found["scenarios"] for work in _at_scale(one)["work"]
    ]  # fmt: skip
    return Table(
        t("Travail demandé, par semaine"), t("À grande échelle, réparti également sur la durée de la campagne."),
        [t("Choix"), t("Où"), t("Acte"), t("Possible"), t("Demandé"), t("Chances de dépasser")], rows,
    )  # fmt: skip


def _rests_on(found: dict[str, Any], t: Translator) -> Table:
    rows = []
    for scenario in found["scenarios"][1:]:
        for scale, name in _SCALES.items():
            now = scenario[scale]
            if now is None or now["effect"] is None:
                continue
            effect = now["effect"]
            rows.append([
                scenario["title"], t(name), effect["id"], f'{effect["source"]} ({effect["setting"]})',
                t.number(now["shrink"]), ", ".join(now["not_added"]) or "—",
                t("oui") if effect["verified"] else t("non"),
            ])  # fmt: skip
    return Table(
        t("Sur quoi cela repose"),
        t("Deux leviers ne s’additionnent pas sans un essai des deux ensemble : un seul compte. L’effet est supposé le "
          "même pour tous : un écart social propre au message n’est pas connu. Les règles sont dans content/effects."),
        [t("Choix"), t("Estimation"), t("Effet compté"), t("Source"), t("Part gardée"), t("Non compté"),
         t("Source vérifiée")], rows,
    )  # fmt: skip


def _count(number: int | None, t: Translator) -> str:
    return t("non montré") if number is None else t.number(number, 0)


def _spread(values: list[float], t: Translator, digits: int = 0) -> str:
    low, middle, high = (t.number(one + 0.0, digits) for one in values)  # never "-0"
    return middle if low == high else t("{middle} ({low} à {high})", middle=middle, low=low, high=high)


def _rate(values: list[float] | None, t: Translator) -> str:
    if values is None:
        return t("non montré")
    return f"{_spread([100 * one for one in values], t, 1)} %"


def _points(values: list[float], t: Translator) -> str:
    return t("{n} points", n=_spread([100 * one for one in values], t, 1))
