"""A pack of guidelines as columns: for each, a status, the deciding track, and the first day due.

What `app.guidelines.evaluate` does with one person, for everyone at once. A guideline that reads another, or that
another replaces, comes after it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import criteria_of, within
from app.guidelines.evaluate import COVERED
from app.guidelines.model import Guideline, Track
from app.guidelines.pack import Pack
from app.guidelines.rules import SETTLED
from app.guidelines.schedule.model import Schedule
from app.guidelines.status import Status
from app.population.cells import Cells
from app.population.codes import CODES
from app.population.doses import in_series
from app.population.logic import Compiler
from app.population.risks import Estimates
from app.population.schedules import at_ages, deferred, timing, waited
from app.population.stages import Compiling, NextStage, Stages, Wanted, together
from app.population.timing import ASK, Timing, choose_timing
from app.population.truth import Truth, all_of, any_of, between, choose, is_false, is_true, is_unknown, not_

OTHERWISE = "otherwise"
_SETTLED = {CODES[status]: CODES[other] for status, other in SETTLED.items()}


@dataclass(frozen=True)
class Answered:
    """Names of the columns (or constants) of one guideline's answer: `status` (a code), `track` (a word; NULL when it
    is asked), `due` (None: not computed); and each track's truth and own status, from which others read what may be."""

    status: Any
    track: Any
    due: Any
    otherwise: int
    tracks: Sequence[tuple[str, Any, Any]]


class Compiled:
    """A pack on a day. `run` gives, over a population table, the last stage's table and each guideline's answer."""

    def __init__(self, pack: Pack, as_of: date, vocabulary: Vocabulary | None = None) -> None:
        self.pack, self.as_of, self.vocabulary = pack, as_of, vocabulary or load_vocabulary()
        self.book = pack.book_on(as_of)
        self.guidelines = [rules.guideline for rules in self.book.rules.values()]

    def run(
        self, table: Any, name: NextStage, *, days: bool = True, only: Iterable[str] | None = None
    ) -> tuple[Any, dict[str, Answered]]:
        """`days`: the first days due too. `only`: these guidelines, and those that they read. `name` makes a stage."""
        stages = Stages(table, lambda present: Cells(present, self.vocabulary, self.as_of), name)
        answers: dict[str, Answered] = {}
        after = self._after()
        wanted = _with_those_before(set(only), after) if only is not None else set(self.book.rules)
        chosen = [guideline for guideline in self.guidelines if guideline.id in wanted]
        estimates = Estimates(stages, _models(chosen))
        waiting = {
            guideline.id: self._compile(guideline, stages, estimates, answers, days) for guideline in chosen
        }
        stages.run(waiting, after)
        return stages.table, answers

    def _after(self) -> dict[str, set[str]]:
        """Guideline → those that it reads, and those that replace it."""
        after: dict[str, set[str]] = {guideline.id: set() for guideline in self.guidelines}
        for guideline in self.guidelines:
            read = {part.guideline for _, part in criteria_of(guideline) if isinstance(part, c.GuidelineIs)}
            after[guideline.id] |= read & after.keys()
            for other in guideline.supersedes:
                if other.guideline in after:
                    after[other.guideline].add(guideline.id)
        return after

    def _compile(
        self, guideline: Guideline, stages: Stages, estimates: Estimates, answers: dict[str, Answered], days: bool
    ) -> Compiling:
        gid = guideline.id

        def compiler() -> Compiler:
            return Compiler(
                stages.cells, lambda criterion: answer_is(criterion, answers, stages), estimates.truth
            )

        definitions: dict[str, Any] = {}
        for level in _levels(guideline.definitions):
            resolved = {name: stages[kept] for name, kept in definitions.items()}
            reader = compiler()
            wanted = {f"{gid}.{name}": reader.read(guideline.definitions[name], resolved) for name in level}
            kept = yield wanted
            definitions |= {name: kept[f"{gid}.{name}"] for name in level}

        resolved = {name: stages[kept] for name, kept in definitions.items()}
        reader = compiler()
        wanted = {f"{gid}#{n}": reader.read(track.when, resolved) for n, track in enumerate(guideline.tracks)}
        wanted |= {
            f"{gid}#{n}.defer{m}": reader.read(deferral.when, resolved)
            for n, track in enumerate(guideline.tracks) for m, deferral in enumerate(track.defer)
        }  # fmt: skip
        truths = yield wanted

        places = [(track, f"{gid}#{n}") for n, track in enumerate(guideline.tracks)]
        by_track = yield from together({
            place: _track(track, stages, place, [truths[f"{place}.defer{m}"] for m in range(len(track.defer))], days)
            for track, place in places
        })  # fmt: skip
        timings = {key: value for one in by_track.values() for key, value in one.items()}

        tracks = [(track.id, truths[place], timings[f"{place}.status"]) for track, place in places]
        otherwise = CODES[Status(guideline.otherwise.status)]
        answer = choose_timing(
            [(is_true(stages[truths[place]]), _kept_timing(stages, timings, place, "")) for _, place in places],
            Timing(otherwise),
        )
        first = yield _wanted(f"{gid}.answer", f"{gid}.answer_due", answer, days)
        own = [(stages[truth], stages[status]) for _, truth, status in tracks]
        asked = yield {f"{gid}.asked": _differs(own, stages[first[f"{gid}.answer"]])}
        answers[gid] = yield from self._final(guideline, stages, answers, tracks, {**first, **asked})

    def _final(
        self, guideline: Guideline, stages: Stages, answers: Mapping[str, Answered],
        tracks: Sequence[tuple[str, Any, Any]], kept: Mapping[str, Any],
    ) -> Generator[Wanted, Mapping[str, Any], Answered]:  # fmt: skip
        """The answer, unless it must be asked, or another guideline covers this one."""
        gid, asked = guideline.id, stages[kept[f"{guideline.id}.asked"]]
        status = choose([(asked, ASK)], stages[kept[f"{gid}.answer"]])
        replaced = self._replaced(gid, status, answers, stages)
        chosen = [(is_true(stages[truth]), ibis.literal(name)) for name, truth, _ in tracks]
        wanted = {
            f"{gid}.status": choose([(replaced, CODES[Status.NOT_NEEDED])], status),
            f"{gid}.track": choose([(asked, ibis.null("string")), *chosen], ibis.literal(OTHERWISE)),
        }
        if (due := kept.get(f"{gid}.answer_due")) is not None:
            wanted[f"{gid}.due"] = choose([(any_of([asked, replaced]), ibis.null("date"))], stages[due])
        found = yield wanted
        otherwise = CODES[Status(guideline.otherwise.status)]
        return Answered(found[f"{gid}.status"], found[f"{gid}.track"], found.get(f"{gid}.due"), otherwise, tracks)

    def _replaced(self, gid: str, status: Any, answers: Mapping[str, Answered], stages: Stages) -> Truth:
        """Does another guideline cover this one? What a doctor should see is never hidden."""
        truths = [
            _in(stages[answers[other].status], [CODES[one] for one in when])
            for other, when in self.book.superseders.get(gid, ())
        ]  # fmt: skip
        return all_of([any_of(truths), _in(status, [CODES[one] for one in COVERED])])


def _models(guidelines: Iterable[Guideline]) -> set[str]:
    """The risk models that they read."""
    return {part.risk for guideline in guidelines for _, part in criteria_of(guideline) if isinstance(part, c.Risk)}


def _levels(definitions: Mapping[str, c.Criterion]) -> list[list[str]]:
    """Definitions by how deep they use others: those of one level do not need each other."""
    depth: dict[str, int] = {}
    for name, criterion in definitions.items():
        used = [part.use for _, part in _parts(criterion) if isinstance(part, c.Use)]
        depth[name] = 1 + max((depth[other] for other in used), default=-1)
    levels = range(max(depth.values(), default=-1) + 1)
    return [[name for name in definitions if depth[name] == level] for level in levels]


def _parts(criterion: c.Criterion) -> Iterable[tuple[Any, Any]]:
    return within(criterion, ())


def _with_those_before(wanted: set[str], after: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        found.add(name)
        wanted |= after.get(name, set()) - found
    return found


def _kept_timing(stages: Stages, kept: Mapping[str, Any], place: str, stage: str) -> Timing:
    due = kept.get(f"{place}.due{stage}")
    return Timing(stages[kept[f"{place}.status{stage}"]], None if due is None else lambda: stages[due])


def _track(
    track: Track, stages: Stages, place: str, deferrals: Sequence[Any], days: bool
) -> Generator[Wanted, Mapping[str, Any], Mapping[str, Any]]:
    """The status or the schedule's; after what it waits for; then the deferrals. Keeps `<place>.status` and `.due`."""
    schedule = track.schedule
    with_days = days or bool(track.defer) or bool(schedule and schedule.wait)
    if schedule is not None and schedule.doses is not None:
        kept = yield from in_series(schedule, schedule.doses, stages, place, with_days)
    else:
        if track.status is not None:
            found = Timing(CODES[Status(track.status)])
        elif schedule is not None and schedule.milestones is not None:
            found = yield from at_ages(schedule, schedule.milestones, stages, place)
        else:
            found = timing(_of(schedule), stages.cells)
        kept = yield _wanted(f"{place}.status0", f"{place}.due0", found, with_days)
    stage = "0"
    for m, rule in enumerate(schedule.wait if schedule else []):
        found = waited(_kept_timing(stages, kept, place, stage), rule, _of(schedule), stages.cells)
        stage = f"w{m}"
        kept = yield _wanted(f"{place}.status{stage}", f"{place}.due{stage}", found, with_days)
    found = _kept_timing(stages, kept, place, stage)
    if track.defer:
        found = _deferred(track, found, [stages[truth] for truth in deferrals], stages.cells)
    return (yield _wanted(f"{place}.status", f"{place}.due", found, days))


def _wanted(status: str, due: str, found: Timing, days: bool) -> Wanted:
    wanted = {status: found.status}
    if days and found.due is not None:
        wanted[due] = found.due()
    return wanted


def _of(schedule: Schedule | None) -> Schedule:
    assert schedule is not None
    return schedule


def _deferred(track: Track, found: Timing, truths: Sequence[Truth], cells: Cells) -> Timing:
    """The first deferral that holds and changes something."""
    cases: list[tuple[Truth, Timing]] = []
    for deferral, truth in zip(track.defer, truths, strict=True):
        changes, later = deferred(found, deferral.until, cells)
        cases.append((all_of([changes, is_true(truth)]), later))
        cases.append((all_of([changes, is_unknown(truth)]), Timing(ASK, found.due)))
    return choose_timing(cases, found)


def _differs(tracks: Sequence[tuple[Truth, Any]], answer: Any) -> Truth:
    """Does a track that may apply, before the one that surely does, ask something else of the person?"""
    settled = _settle(answer)
    sooner: list[Truth] = []
    differ: list[Truth] = []
    for truth, status in tracks:
        undecided = is_unknown(truth)
        if undecided is not False:
            differ.append(all_of([undecided, not_(any_of(sooner)), _settle(status) != settled]))
        sooner.append(is_true(truth))
    return any_of(differ)


def answer_is(criterion: c.GuidelineIs, answers: Mapping[str, Answered], stages: Stages) -> Truth:
    """What another guideline answers; one that is not decided is unknown, unless all it may answer says the same."""
    found = answers.get(criterion.guideline)
    if found is None:
        return False
    statuses = None if criterion.status is None else [CODES[status] for status in criterion.status]
    status, track = stages[found.status], stages[found.track]
    decided = all_of([
        True if criterion.track is None else track.isin(criterion.track),
        True if statuses is None else _in(status, statuses),
    ])  # fmt: skip
    asked = _in(status, [ASK])
    if asked is False:
        return decided
    sooner: list[Truth] = []
    open_tracks: list[tuple[Truth, Truth]] = []
    for name, kept, own in found.tracks:
        truth = stages[kept]
        open_ = all_of([not_(is_false(truth)), not_(any_of(sooner))])
        sooner.append(is_true(truth))
        open_tracks.append((open_, _holds(name, stages[own], criterion, statuses)))
    open_tracks.append((not_(any_of(sooner)), _holds(OTHERWISE, found.otherwise, criterion, statuses)))
    surely = all_of([any_of([not_(open_), is_true(holds)]) for open_, holds in open_tracks])
    never = all_of([any_of([not_(open_), is_false(holds)]) for open_, holds in open_tracks])
    may = between(surely, never)
    return choose([(not_(asked), _column(decided))], _column(may))


def _column(truth: Truth) -> Any:
    return truth if isinstance(truth, ibis.Expr) else ibis.literal(truth, "boolean")


def _holds(track: str, status: Any, criterion: c.GuidelineIs, statuses: list[int] | None) -> Truth:
    on_track = criterion.track is None or track in criterion.track
    if statuses is None or not on_track:
        return on_track
    asked, within = _in(status, [ASK]), _in(status, statuses)
    return between(all_of([not_(asked), within]), all_of([not_(asked), not_(within)]))


def _in(status: Any, codes: Sequence[int]) -> Truth:
    return status.isin(list(codes)) if isinstance(status, ibis.Expr) else status in codes


def _settle(status: Any) -> Any:
    """Statuses that ask the same of the person count as one."""
    if isinstance(status, int):
        return _SETTLED.get(status, status)
    return choose([(status == code, other) for code, other in _SETTLED.items() if code != other], status)
