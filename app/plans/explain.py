"""Why this answer? The whole reasoning of one guideline in words, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from app.dates import add_years
from app.errors import UsageError
from app.facts.model import FactSheet
from app.guidelines import criteria as c
from app.guidelines.evaluate import Answers, answers_for
from app.guidelines.model import Status
from app.guidelines.pack import Pack, load_pack
from app.guidelines.recommendation import Step, TrackStep
from app.guidelines.schedule.evaluation import Why
from app.guidelines.stops import NOTHING_STOPPED, Stops
from app.guidelines.suppose.opposite import Change, changes_of
from app.i18n import N_, translator
from app.plans.criteria_words import TRUTHS, criterion_words
from app.plans.decisions import Decisions
from app.plans.figures import load_figures
from app.plans.model import NOT_FOR_YOU, TO_REVIEW, Item
from app.plans.opposite_words import MOST, change_json, change_text
from app.plans.plan import NOTHING_DECIDED, check_day
from app.plans.procedures import load_procedures
from app.plans.questions import choose_questions
from app.plans.review import NOTHING_REVIEWED, Reviews
from app.plans.sentences import Sentences
from app.plans.text import Line, heading, paragraph

LEVELS = {
    "symptom": N_("Un signe à montrer à un médecin"), "abnormal": N_("Un résultat à suivre"),
    "excluded": N_("Pas nécessaire"), "average": N_("Situation habituelle"),
    "elevated": N_("Situation particulière"), "very_high": N_("Suivi spécialisé"), "outside": N_("Hors programme"),
}


VERDICTS: dict[Why, str] = {
    "counts": N_("compte"), "replaced": N_("a compté en son temps"),
    "result": N_("ne compte pas, car ce n'est pas le résultat attendu"),
    "too_young": N_("ne compte pas, car fait trop jeune"),
    "too_early": N_("ne compte pas, car fait trop tôt après la dose d'avant"),
    "before_season": N_("ne compte plus pour cette saison"),
    "no_date": N_("nous ne savons pas s'il compte, faute de date"),
}
OPEN = N_("nous ne savons pas s'il compte, faute de date exacte")


def explain(
    sheet: FactSheet, guideline_id: str, lang: str = "fr", pack: Pack | None = None,
    decisions: Decisions = NOTHING_DECIDED, reviews: Reviews = NOTHING_REVIEWED, stops: Stops = NOTHING_STOPPED,
) -> Explanation:
    """Of a recommendation that is not stopped (`app.plans.suspended` says what stands for one that is). Raises
    UsageError: `unknown_guideline` (with close matches), `language`, `as_of`."""
    check_day(sheet)
    t, pack = translator(lang), pack or load_pack("fr")
    known_guideline(pack, guideline_id, sheet.as_of)
    vocabulary = pack.vocabulary
    say = Sentences(sheet, t, vocabulary, pack.titles)
    answers = answers_for(pack, sheet, vocabulary, stops)
    item = Item(answers[guideline_id], say, decisions.get(guideline_id), reviews.get(guideline_id), stops)
    return Explanation(item, say, answers)


def known_guideline(pack: Pack, guideline_id: str, day: date) -> None:
    """Raises UsageError (`unknown_guideline`) that names the closest ids."""
    ids = [guideline.id for guideline in pack.on(day)]
    if guideline_id not in ids:
        close = get_close_matches(guideline_id, ids, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(close)}?" if close else f"there are: {', '.join(ids)}"
        raise UsageError(f"no guideline has this id on that day; {hint}", code="unknown_guideline",
                         where=guideline_id[:60])


@dataclass(frozen=True)
class Explanation:
    """One guideline's answer, with every criterion that was looked at."""

    item: Item
    say: Sentences
    answers: Answers

    @cached_property
    def opposite(self) -> list[Change]:
        """The smallest sets of facts that would change the answer."""
        return changes_of(self.answers, self.item.id)

    def to_json(self) -> dict[str, Any]:
        item, found = self.item, self.item.recommendation
        return {
            **item.to_json(trace=True), "as_of": found.as_of.isoformat(), "lang": self.say.t.lang,
            "status_text": item.when, "tracks": [self._track(looked) for looked in found.trace],
            "changes": self.changes(), "known": self.known(), "how": self.how(),
            "figures": self.figures(),
            "assumed": [{"fact": name, "text": self.say.words.label(name)} for name in found.assumed],
            "opposite": [change_json(change, self.say.words) for change in self.opposite],
            "questions": [q.to_json() for q in choose_questions([found], self.say)],
            "all_sources": [
                {"title": s.title, "publisher": s.publisher, "date": s.date, "url": s.url}
                for s in found.guideline.sources
            ],
            "last_checked": found.guideline.last_checked.isoformat(),
        }

    def how(self) -> dict[str, Any] | None:
        """How what is proposed goes; never of what a doctor should see first, nor of what is not for the person."""
        item = self.item
        if item.status in TO_REVIEW | NOT_FOR_YOU:
            return None
        found = load_procedures().of(item.id, item.settled_by)
        return found.to_json(self.say.t) if found else None

    def figures(self) -> list[dict[str, Any]]:
        """Figures to draw beside `benefit` and `harm`, when these are the guideline's own sentences."""
        item, wording = self.item, self.item.recommendation.guideline.wording
        own = [("benefit", item.benefit is wording.benefit), ("harm", item.harm is wording.harm)]
        return [f.to_json(self.say.t) for side, same in own if same for f in load_figures().of(item.id, side)]

    def known(self) -> list[dict[str, Any]]:
        """What is known of the person and counts here, each with its day and source; `can_answer`: they may correct it
        by an answer (a birth date is corrected where it was written)."""
        facts, say = self.say.sheet.facts, self.say
        return [
            {"fact": name, "text": say.words.latest(facts[name]), "can_answer": name in say.vocabulary.facts}
            for name in self.item.recommendation.facts_used if facts.get(name)
        ]

    def to_text(self) -> str:
        return "\n".join(text for _, text in self.lines()) + "\n"

    def lines(self) -> list[Line]:
        return list(self._lines())

    def changes(self) -> list[str]:
        """What would make the answer another one."""
        return list(dict.fromkeys(self._changes()))

    def _changes(self) -> Iterator[str]:
        t, found = self.say.t, self.item.recommendation
        if found.due_from is not None and found.due_from > found.as_of:
            yield t("Le temps : la réponse changera à partir du {day}.", day=t.date(found.due_from))
        for question in choose_questions([found], self.say):
            yield t("Votre réponse à : {question}", question=question.text)
        if found.status in (Status.DUE, Status.OVERDUE):
            yield t("L'acte une fois fait et noté dans votre dossier, ou votre réponse s'il est déjà fait.")
        if found.status in (Status.NOT_ELIGIBLE, Status.NOT_NEEDED, Status.INFORMATION):
            yield from self._birthdays()
        acts = {self.say.vocabulary.reductions[name][0].id for name in self._acts()}
        told = [change for change in self.opposite if not acts.intersection(change.facts)]
        yield from (change_text(change, self.say.words) for change in told[:MOST])

    def _acts(self) -> list[str]:
        """What the schedule counts from: the act once done has its own sentence."""
        track, due = self.item.recommendation.track, self.item.status in (Status.DUE, Status.OVERDUE)
        return track.schedule.events if due and track is not None and track.schedule is not None else []

    def _birthdays(self) -> Iterator[str]:
        """The birthdays on which an age criterion that fails today will hold."""
        birth = self.say.sheet.subject.birth_date if self.say.sheet.subject else None
        if birth is None:
            return
        for looked in self.item.recommendation.trace:
            for step in _leaves(looked.step):
                criterion = step.criterion
                if not isinstance(criterion, c.Age) or criterion.at is not None or step.truth is not False:
                    continue
                if criterion.age.from_:
                    day = add_years(birth.earliest, criterion.age.from_)
                    if day > self.item.recommendation.as_of and looked.track.level in ("average", "outside"):
                        years = criterion.age.from_
                        yield self.say.t("Vos {age} ans, le {day}.", age=years, day=self.say.t.date(day))

    def _track(self, looked: TrackStep) -> dict[str, Any]:
        return {
            "track": looked.track.id, "level": looked.track.level, "truth": looked.truth,
            "chosen": looked.track is self.item.recommendation.track,
            "title": self.say.t(LEVELS[looked.track.level]), "criteria": self._step(looked.step),
        }

    def _step(self, step: Step) -> dict[str, Any]:
        out: dict[str, Any] = {
            "text": criterion_words(step.criterion, self.say.words), "truth": step.truth,
            "answer": self.say.t(TRUTHS[step.truth]),
        }
        if step.steps:
            out["steps"] = [self._step(child) for child in step.steps]
        elif (read := self._reading(step)) is not None:
            out["reading"] = read
        return out

    def _reading(self, step: Step) -> str | None:
        if isinstance(step.criterion, c.Age | c.Born) and step.reading is None:
            return self.say.age()
        told = [self.say.words.reading(reading) for reading in (step.reading, *step.also) if reading is not None]
        return self.say.t.series(told) or None

    def _lines(self) -> Iterator[Line]:
        t, item = self.say.t, self.item
        yield "title", item.title
        yield from paragraph(item.when)
        yield from heading(t("Pourquoi cette réponse"))
        for sentence in item.why:
            yield from paragraph(sentence, indent="    ", first="  • ")
        for sentence in item.assumes:
            yield from paragraph(sentence, indent="    ", first="  • ")
        if acts := item.recommendation.acts():
            yield from heading(t("Ce qui a été fait, et si cela compte"))
            for act in acts:
                said = OPEN if act.counts is None and act.why == "counts" else VERDICTS[act.why]
                verdict = t(said)
                told = t("{what} : {value}", what=self.say.words.fact(act.fact), value=verdict)
                yield from paragraph(told, indent="    ", first="  • ")
        if changes := self.changes():
            yield from heading(t("Ce qui la changerait"))
            for sentence in changes:
                yield from paragraph(sentence, indent="    ", first="  • ")
        yield from heading(t("Tout le raisonnement, dans l'ordre"))
        for looked in item.recommendation.trace:
            chosen = looked.track is item.recommendation.track
            verdict = t("c'est votre cas") if chosen else t(TRUTHS[looked.truth])
            name = f"{t(LEVELS[looked.track.level])} ({looked.track.id})"
            yield from paragraph(f"{name} : {verdict}", indent="    ", first="  > " if chosen else "  - ")
            yield from self._step_lines(looked.step, 3)
        yield from heading(t("Sources"))
        for source in item.recommendation.guideline.sources:
            yield from paragraph(f"{source.title}, {source.publisher}, {source.date}", indent="    ", first="  • ")
        yield from paragraph(t("Relu le {day}.", day=t.date(item.recommendation.guideline.last_checked)))

    def _step_lines(self, step: Step, depth: int) -> Iterator[Line]:
        indent = "  " * depth
        if isinstance(step.criterion, c.Use) and step.steps:  # the definition speaks for itself
            yield from self._step_lines(step.steps[0], depth)
            return
        text = criterion_words(step.criterion, self.say.words)
        told = self._reading(step) if not step.steps else None
        told = told.removeprefix(f"{text} : ") if told else None
        line = f"{text} → {self.say.t(TRUTHS[step.truth])}" + (f" [{told}]" if told else "")
        yield from paragraph(line, indent=indent + "  ", first=indent + "- ")
        for child in step.steps:
            yield from self._step_lines(child, depth + 1)


def _leaves(step: Step) -> Iterator[Step]:
    if not step.steps:
        yield step
    for child in step.steps:
        yield from _leaves(child)
