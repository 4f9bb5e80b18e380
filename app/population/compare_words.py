"""A comparison of two packs as a table that a doctor reads: from → to, how many people, and what changed in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

from app.guidelines.model import Guideline, Track
from app.guidelines.pack import Pack
from app.guidelines.status import Status
from app.i18n import N_, Translator
from app.plans.schedule_words import schedule_words
from app.plans.words import Words
from app.population.compare import Comparison, Move
from app.population.funnel_words import sentence, track_name, words_for
from app.population.parts import conjuncts
from app.population.status_words import STATUS_WORDS

_HEAD = (
    N_("Recommandation"), N_("Avant"), N_("Après"), N_("Personnes"), N_("Ce qui a changé dans la recommandation"),
)
_ABSENT = N_("absente de cette version")
_FEW = N_("moins de 11, ou non montré")


class Said:
    """What each version says, in words, track by track."""

    def __init__(self, old: Pack, new: Pack, as_of: date, t: Translator) -> None:
        self.t = t
        self._sides = [(words_for(pack, as_of, t), {one.id: one for one in pack.on(as_of)}) for pack in (old, new)]

    def title(self, guideline: str) -> str:
        return next(self.t(known[guideline].wording.title) for _, known in reversed(self._sides) if guideline in known)

    def track(self, guideline: str, name: str) -> str:
        known = (side[guideline] for _, side in reversed(self._sides) if guideline in side)
        tracks = (track for one in known for track in one.tracks)
        return next(track_name(track, self.t) for track in tracks if track.id == name)

    def changes(self, guideline: str) -> dict[str, tuple[list[str], list[str]]]:
        """Track → sentences that only the old version has, and those that only the new one has."""
        before, after = ({}, {})  # type: dict[str, list[str]], dict[str, list[str]]
        for lines, (words, known) in zip((before, after), self._sides, strict=True):
            if guideline in known:
                lines |= {track.id: list(_lines(track, known[guideline], words)) for track in known[guideline].tracks}
        found = {}
        for track in dict.fromkeys((*before, *after)):
            one, other = before.get(track, []), after.get(track, [])
            gone, come = [line for line in one if line not in other], [line for line in other if line not in one]
            if gone or come:
                found[track] = (gone, come)
        return found


def _lines(track: Track, guideline: Guideline, words: Words) -> Iterator[str]:
    t = words.t
    for part in conjuncts(track.when, guideline):
        yield sentence(part, guideline, words)
    if track.status is not None:
        yield t("réponse : {status}", status=t(STATUS_WORDS[Status(track.status)]))
    if track.schedule is not None:
        yield t("quand : {what}", what=schedule_words(track.schedule, words))
    for deferral in track.defer:
        yield t("à attendre si : {what}", what=sentence(deferral.when, guideline, words))


def why(move: Move, found: Comparison, said: Said) -> list[str]:
    """The sentences that changed in the tracks which decided, else in the guideline, else in those that it reads."""
    t = said.t
    if move.before is None:
        return [t("recommandation nouvelle")]
    if move.after is None:
        return [t("recommandation retirée")]
    changes = said.changes(move.guideline)
    deciding = {name for pair in move.tracks for name in pair}
    chosen = {name: change for name, change in changes.items() if name in deciding} or changes
    lines = [_change(said.track(move.guideline, track), *change, t) for track, change in chosen.items()]
    if lines:
        return lines
    others = [said.title(name) for name in found.because_of.get(move.guideline, [])]
    if others:
        return [t("lit une autre recommandation qui a changé : {list}", list=", ".join(others))]
    return [t("un réglage qui ne s'écrit pas en critère (délais, ordre des situations)")]


def _change(track: str, gone: list[str], come: list[str], t: Translator) -> str:
    if gone and come:
        return t("{track} : « {old} » devient « {new} »", track=track, old=" ; ".join(gone), new=" ; ".join(come))
    if come:
        return t("{track} : ajouté « {new} »", track=track, new=" ; ".join(come))
    return t("{track} : retiré « {old} »", track=track, old=" ; ".join(gone))


def rows(found: Comparison, said: Said) -> list[tuple[str, str, str, str, list[str]]]:
    t = said.t
    return [
        (
            said.title(move.guideline), _status(move.before, t), _status(move.after, t),
            t(_FEW) if move.people is None else t.number(move.people, 0), why(move, found, said),
        )
        for move in found.moves
    ]  # fmt: skip


def _status(status: Status | None, t: Translator) -> str:
    return t(_ABSENT) if status is None else t(STATUS_WORDS[status])


def summary(found: Comparison, said: Said) -> str:
    t = said.t
    if not found.changed:
        return t("Les deux versions disent la même chose à tout le monde ({people} personnes).",
                 people=t.number(found.people, 0))
    names = ", ".join(said.title(name) for name in found.changed)
    if not found.moves:
        return t("Personne ne change de réponse ({people} personnes), malgré des règles différentes : {list}.",
                 people=t.number(found.people, 0), list=names)
    return t("{people} personnes ; règles différentes, ou qui en lisent une autre : {list}.",
             people=t.number(found.people, 0), list=names)


def markdown(found: Comparison, said: Said) -> str:
    lines = [summary(found, said)]
    if found.moves:
        lines += ["", _md([said.t(name) for name in _HEAD]), "|---|---|---|---:|---|"]
        lines += [_md([*row[:4], " ; ".join(row[4])]) for row in rows(found, said)]
    return "\n".join(lines)


def _md(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def html(found: Comparison, said: Said, lang: str) -> str:
    """A page of its own, without script or style."""
    t = said.t
    head = "".join(f'<th scope="col">{escape(t(name))}</th>' for name in _HEAD)
    body = "".join(
        f'<tr><th scope="row">{escape(title)}</th><td>{escape(before)}</td><td>{escape(after)}</td>'
        f"<td>{escape(people)}</td><td>{'<br>'.join(escape(line) for line in lines)}</td></tr>"
        for title, before, after, people, lines in rows(found, said)
    )
    title = escape(t("Qui change de réponse entre deux versions"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if found.moves else ""
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p>{escape(summary(found, said))}</p>{table}</main></body></html>"
    )


def as_json(found: Comparison, said: Said) -> dict[str, Any]:
    return {
        "people": found.people, "changed": found.changed, "unchanged": len(found.unchanged),
        "moves": [
            {
                "guideline": move.guideline, "from": move.before and str(move.before),
                "to": move.after and str(move.after), "people": move.people, "tracks": move.tracks,
                "why": why(move, found, said),
            }
            for move in found.moves
        ],
    }  # fmt: skip
