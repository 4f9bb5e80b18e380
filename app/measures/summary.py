"""What a run says at its end: how many patients in each population, the rate, and how many were as expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from app.measures.measure import Measure


class Summary:
    """Counts as cases are added; with `check`, compares them with what their files expect."""

    def __init__(self, measure: Measure, *, check: bool) -> None:
        self.measure, self.check = measure, check
        self.patients = self.right = self.wrong = 0
        self.counts: dict[str, Counter[str]] = {}

    def add(
        self, case: str, groups: Mapping[str, Mapping[str, int]], expected: Mapping[str, object] | None
    ) -> Iterator[str]:
        """One line for each population that is not as expected."""
        self.patients += 1
        for name, found in groups.items():
            self.counts.setdefault(name, Counter()).update(found)
        if not self.check or expected is None:
            return
        wrong = list(_differences(expected, groups))
        self.wrong += bool(wrong)
        self.right += not wrong
        for line in wrong:
            yield f"{case}: {line}"

    def lines(self) -> Iterator[str]:
        yield f"{self.patients} patients"
        for group, counts in self.counts.items():
            told = ", ".join(f"{name} {count}" for name, count in counts.items())
            of = _left(counts, "denominator", "denominator-exclusion", "denominator-exception")
            done = _left(counts, "numerator", "numerator-exclusion")
            better = ", lower is better" if self.measure.lower_is_better else ""
            rate = f"; rate {done}/{of} = {100 * done / of:.1f} %{better}" if of else ""
            yield f"{group}: {told}{rate}" if group else f"{told}{rate}"
        if self.check:
            yield f"{self.right} as expected, {self.wrong} not"


def _left(counts: Counter[str], name: str, *without: str) -> int:
    return counts[name] - sum(counts[other] for other in without)


def _differences(expected: Mapping[str, object], groups: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """`expected` gives the populations, or each group's populations by the group's name."""
    for group, found in groups.items():
        wanted = expected.get(group) if group else expected
        if not isinstance(wanted, Mapping):
            yield f"nothing is expected of the group {group}"
            continue
        for name, value in wanted.items():
            if found.get(name) != value:
                yield f"{group + ': ' if group else ''}{name} expected {value}, found {found.get(name, 'none')}"
