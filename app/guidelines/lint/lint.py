"""Everything that `jalon guidelines lint` finds in guideline files, one line each, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from app.content import content_dir, parse_yaml, text_of, told_errors
from app.errors import ContentError
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines.cases import Case, read_cases, run_cases
from app.guidelines.links import check_links
from app.guidelines.lint.coverage import untried
from app.guidelines.lint.finding import Finding, finding_at
from app.guidelines.lint.tracks import track_findings
from app.guidelines.model import Guideline
from app.guidelines.pack import Pack, check_versions, errors_in, load_pack, read_head


def cases_of(pack: str) -> Path | None:
    """The folder of the pack's cases, in a source tree."""
    folder = content_dir().parent / "tests" / "cases" / pack
    return folder if folder.is_dir() else None


def lint(paths: list[Path], pack: str, cases: Path | None) -> list[Finding]:
    """What is wrong in each file; then, for a whole pack that can be read, between its files and in its cases.

    Raises ContentError for a case file that cannot be read, UsageError for an unknown pack.
    """
    vocabulary, found = load_vocabulary(), list[Finding]()
    read: dict[Path, Guideline] = {}
    for path in paths:
        guideline = _read(path, vocabulary, found)
        if guideline is not None:
            read[path] = guideline
            found += track_findings(guideline, path, vocabulary)
    if len(read) < len(paths):
        return found  # what cannot be read cannot be tried
    between = list(_between(read, pack))
    found += between
    if cases is not None and read and not between:
        found += _tried(read, pack, read_cases_in(cases))
    return found


def read_cases_in(folder: Path) -> list[Case]:
    return [case for path in sorted(folder.glob("*.yaml")) for case in read_cases(path)]


def _read(path: Path, vocabulary: Vocabulary, found: list[Finding]) -> Guideline | None:
    text = text_of(path)
    try:
        guideline = Guideline.model_validate(parse_yaml(text, name=path.name))
    except ValidationError as error:
        found += map(_finding, told_errors(error, text, path.name))
        return None
    except ContentError as error:
        found.append(_finding(error))
        return None
    errors = [_finding(error) for error in errors_in(guideline, path, vocabulary)]
    found += errors
    return None if errors else guideline


def _between(read: dict[Path, Guideline], pack: str) -> Iterator[Finding]:
    try:
        read_head(content_dir() / "guidelines" / pack)
        check_versions(read)
        check_links(read)
    except ContentError as error:
        yield _finding(error)


def _tried(read: dict[Path, Guideline], pack_id: str, cases: list[Case]) -> Iterator[Finding]:
    pack = pack_with(pack_id, read)
    for path, guideline in read.items():
        own = [case for case in cases if case.guideline == guideline.id and _in_force(guideline, case)]
        if not own:
            yield finding_at(path, ("id",), "no case", "write cases on both sides of each threshold")
        if not own or guideline.effective_until is not None:  # a version that was replaced needs one case
            continue
        outcomes = zip(own, run_cases(own, pack), strict=True)
        ran = [(case, outcome.recommendation) for case, outcome in outcomes if outcome.recommendation is not None]
        for gap in untried(guideline, ran):
            yield finding_at(path, gap.place, gap.problem, "write the case")


def pack_with(pack_id: str, read: dict[Path, Guideline]) -> Pack:
    """The files as they are on disk now, among the others of their pack."""
    pack = load_pack(pack_id)
    ids = {guideline.id for guideline in read.values()}
    others = [guideline for guideline in pack.guidelines if guideline.id not in ids]
    return Pack(pack.head, [*others, *read.values()], pack.digest)


def _in_force(guideline: Guideline, case: Case) -> bool:
    until = guideline.effective_until
    return guideline.effective_from <= case.as_of and (until is None or case.as_of <= until)


def _finding(error: ContentError) -> Finding:
    return Finding(error.where or "pack", error.problem, error.remedy or "see docs/add-a-guideline.md")
