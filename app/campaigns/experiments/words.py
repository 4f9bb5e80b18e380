"""An experiment's size and result as sentences that a team reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.campaigns.experiments.model import Experiment
from app.i18n import N_, Translator

_DECISIONS = {
    "differs": N_("Une différence est montrée."),
    "not_shown": N_("Aucune différence n’est montrée. Cela ne veut pas dire que les façons se valent."),
    "stop_harm": N_("À arrêter : une façon fait participer moins de personnes."),
    "stop_benefit": N_("À arrêter : la différence est nette avant la fin."),
    "go_on": N_("À poursuivre : rien ne demande d’arrêter."),
}

_GROUPS = {
    "age_band": N_("âge"), "sex_at_birth": N_("sexe à la naissance"), "department": N_("département"),
    "deprivation_quintile": N_("cinquième de défavorisation (1 : le moins défavorisé)"),
    "area": N_("zone de participation"),
}


def size_lines(experiment: Experiment, found: dict[str, Any], t: Translator) -> Iterator[tuple[str, str]]:
    """(style, text)"""
    yield "title", experiment.title
    yield "plain", experiment.question
    expected = experiment.expected
    sentence = N_("Participation attendue : {base} %. Différence à trouver, en points : {points}. "
                  "Puissance : {power} %.")  # fmt: skip
    yield "plain", t(sentence,
                     base=_points(expected.control, t), points=_points(expected.difference, t),
                     power=_points(experiment.test.power, t))  # fmt: skip
    if "arms" in found:
        for arm in experiment.arms:
            yield "plain", t("{title} : {n} personnes", title=arm.title, n=t.number(found["arms"][arm.id]))
        yield "plain", t("En tout : {n} personnes", n=t.number(found["people"]))
    else:
        yield "plain", t("{areas} zones : {n} personnes par zone et par période", areas=t.number(found["areas"]),
                         n=t.number(found["people_by_area_and_period"]))  # fmt: skip
    if "smallest_difference" in found:
        yield "plain", t("La plus petite différence que ce nombre de personnes trouverait, en points : {points}",
                         points=_points(found["smallest_difference"], t))  # fmt: skip


def result_lines(experiment: Experiment, found: dict[str, Any], t: Translator) -> Iterator[tuple[str, str]]:
    titles = {one.id: one.title for one in experiment.arms}
    yield "title", experiment.title
    yield "plain", experiment.question
    yield "plain", t("{known} résultats connus sur {people}", known=t.number(found["known"]),
                     people=t.number(found["people"]))  # fmt: skip
    if found.get("uneven"):
        yield "heading", t("Les groupes n’ont pas la taille du tirage : cherchez pourquoi avant de lire la suite.")
    if found.get("few_areas"):
        yield "heading", t("Peu de zones : l’intervalle est sans doute trop étroit.")
    for arm in found.get("arms", ()):
        rate = f"{_points(arm['rate'], t)} %" if arm["rate"] is not None else t("trop peu pour être dit")
        yield "plain", t("{title} : {rate} ({n} personnes)", title=arm["title"], rate=rate, n=t.number(arm["people"]))
    for one in found["comparisons"]:
        yield "plain", t("{arm}, comparé à {other}, en points : {difference} (de {low} à {high})",
                         arm=titles[one["arm"]],
                         other=titles[one["with"]], difference=_points(one["difference"], t),
                         low=_points(one["interval"][0], t), high=_points(one["interval"][1], t))  # fmt: skip
    decision = _DECISIONS[found["decision"]]
    yield "heading", t(decision)
    for group in found.get("subgroups", ()):
        yield "plain", ""
        by = _GROUPS[group["by"]]
        yield "heading", t("Par groupe, en points : {by}", by=t(by))
        p = group["p_interaction"]
        shown = p is not None and p < experiment.test.alpha
        yield "quiet", t("La différence dépend du groupe.") if shown else t("Rien ne montre qu’elle dépende du groupe.")
        for row in group["rows"]:
            told = t("trop peu pour être dit") if row["difference"] is None else t(
                "{difference} (de {low} à {high})", difference=_points(row["difference"], t),
                low=_points(row["interval"][0], t), high=_points(row["interval"][1], t))  # fmt: skip
            yield "plain", f"{row['level']} · {titles[row['arm']]} · {told}"


def _points(share: float, t: Translator) -> str:
    return t.number(round(100 * share, 2))
