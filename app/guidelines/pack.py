"""A country's pack of guidelines: `content/guidelines/<country>/`, one file a guideline, `pack.yaml` for its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

from app.content import Kept, content_dir, digest_of, line_of, load_model, text_of
from app.errors import ContentError, UsageError
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines.check import wrong_names
from app.guidelines.criteria import Strict
from app.guidelines.links import check_links
from app.guidelines.model import Guideline
from app.guidelines.references import wrong_references
from app.guidelines.rules import Rules
from app.guidelines.status import Status
from app.guidelines.stops import Stops


class PackHead(Strict):
    """`pack.yaml`: the pack's name, version and the day from which it is published."""

    id: str
    version: str
    country: str
    title: str
    released: date


class Rulebook:
    """The rules in force on a day, by guideline id, and which guidelines replace which."""

    def __init__(self, rules: list[Rules]) -> None:
        self.rules = {one.guideline.id: one for one in rules}
        self.superseders: dict[str, list[tuple[str, frozenset[Status]]]] = {}
        for one in rules:
            for other in one.guideline.supersedes:
                self.superseders.setdefault(other.guideline, []).append((one.guideline.id, frozenset(other.when)))

    def without(self, stops: Stops) -> Rulebook:
        """The rules that are not stopped."""
        return Rulebook([one for one in self.rules.values() if stops.of_guideline(one.guideline) is None])


class Pack:
    """Guidelines in the order of their files, with the digest of everything that can change an answer."""

    def __init__(
        self, head: PackHead, guidelines: list[Guideline], digest: str, vocabulary: Vocabulary | None = None
    ) -> None:
        """`vocabulary`: the words in which its criteria are written, those in use by default."""
        self.head, self.digest = head, digest
        self.vocabulary = vocabulary or load_vocabulary()
        self.guidelines = guidelines
        self._rules = [Rules(guideline) for guideline in guidelines]
        self._by_day: dict[date, Rulebook] = {}

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def version(self) -> str:
        return self.head.version

    def on(self, day: date) -> list[Guideline]:
        """The versions in force on a day, one for each guideline id."""
        return [rules.guideline for rules in self.book_on(day).rules.values()]

    def book_on(self, day: date) -> Rulebook:
        """The same, ready to be evaluated."""
        found = self._by_day.get(day)
        if found is None:
            found = Rulebook([
                rules for rules in self._rules
                if rules.guideline.effective_from <= day
                and (rules.guideline.effective_until is None or day <= rules.guideline.effective_until)
            ])
            if len(self._by_day) > 1000:  # a service answers for a few days; bound what odd callers may store
                self._by_day.clear()
            self._by_day[day] = found
        return found

    @property
    def titles(self) -> dict[str, str]:
        """What each guideline is called in French; of several versions, the latest of the files."""
        return {guideline.id: guideline.wording.title for guideline in self.guidelines}

    def ids(self) -> list[str]:
        return list(dict.fromkeys(g.id for g in self.guidelines))

    def get(self, guideline_id: str, day: date) -> Guideline:
        """The version in force. Raises UsageError (`unknown_guideline`) with the ids that exist."""
        for guideline in self.on(day):
            if guideline.id == guideline_id:
                return guideline
        raise UsageError(
            f"no guideline {guideline_id[:60]!r} in the pack {self.id} on {day}; there are: {', '.join(self.ids())}",
            code="unknown_guideline",
        )


@Kept
def load_pack(country: str = "fr", folder: Path | None = None) -> Pack:
    """The pack in use, read once. Raises ContentError with file, line and remedy; UsageError for an unknown country."""
    return read_pack(country, folder, load_vocabulary())


def read_pack(country: str, folder: Path | None, vocabulary: Vocabulary) -> Pack:
    """Read and check a whole pack: all of it, or an error. Raises as `load_pack`."""
    paths = guideline_files(country, folder)
    home = (folder or content_dir() / "guidelines") / country
    guidelines = [read_guideline(path, vocabulary) for path in paths]
    check_versions(dict(zip(paths, guidelines, strict=True)))
    check_links(dict(zip(paths, guidelines, strict=True)))
    digest = digest_of(home / "pack.yaml", *paths)
    return Pack(read_head(home), guidelines, digest, vocabulary)


def read_head(home: Path) -> PackHead:
    """Raises ContentError with file, line and remedy."""
    return load_model(home / "pack.yaml", PackHead)


def guideline_files(country: str, folder: Path | None = None) -> list[Path]:
    """The files of a pack, one a guideline. Raises UsageError (`unknown_pack`) that names those that exist."""
    folder = folder or content_dir() / "guidelines"
    home = folder / country
    if not country.isalnum() or not (home / "pack.yaml").is_file():
        known = sorted(p.parent.name for p in folder.glob("*/pack.yaml"))
        raise UsageError(f"no guideline pack {country[:20]!r}; there are: {', '.join(known)}", code="unknown_pack")
    return sorted(path for path in home.glob("*.yaml") if path.name != "pack.yaml")


def read_guideline(path: Path, vocabulary: Vocabulary) -> Guideline:
    """One checked file. Raises ContentError with file, line and remedy."""
    guideline = load_model(path, Guideline)
    for error in errors_in(guideline, path, vocabulary):
        raise error
    return guideline


def errors_in(guideline: Guideline, path: Path, vocabulary: Vocabulary) -> Iterator[ContentError]:
    """What its schema cannot see in a file: references between its parts, then names of facts."""
    for wrong in wrong_references(guideline):
        line = line_of(text_of(path), wrong.place)
        yield ContentError(wrong.problem, where=f"{path.name}:{line}", remedy=wrong.remedy)
    yield from wrong_names(guideline, path, vocabulary)


def check_versions(guidelines: dict[Path, Guideline]) -> None:
    """Two versions of a guideline must not be in force on the same day. Raises ContentError at the older one."""
    for (path, one), (other_path, other) in combinations(guidelines.items(), 2):
        if one.id == other.id and _overlap(one, other):
            older, newer = sorted((path, other_path), key=lambda file: guidelines[file].effective_from)
            raise ContentError(
                f"two versions of {one.id} are in force on the same day (the other is {newer.name})",
                where=f"{older.name}:{line_of(text_of(older), ('effective_from',))}",
                remedy="give the older one an `effective_until` before the newer one's `effective_from`",
            )


def _overlap(one: Guideline, other: Guideline) -> bool:
    until_one, until_other = one.effective_until or date.max, other.effective_until or date.max
    return one.effective_from <= until_other and other.effective_from <= until_one
