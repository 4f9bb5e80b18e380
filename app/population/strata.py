"""Counts by stratum that may be shown: small cells suppressed, and what would let them be found again.

Totals of rows (a stratum) and of columns (a status over all strata) are shown: a single hidden cell of a row or column
could be found by subtraction, so that the next smallest one is hidden too, until no row or column hides only one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence

SMALL = 11
"""Fewer people than this are not told."""
UNKNOWN = "unknown"
"""The stratum of those of whom it is not known."""
Table = Mapping[Hashable, Mapping[str, int]]
_AREAS = ("low", "middle", "high")
_ORDERS: dict[str, Callable[[str], int]] = {
    "deprivation_quintile": int, "area": _AREAS.index, "age_band": lambda band: int(band.partition("-")[0]),
}
"""Columns whose strata go from one end to the other."""


def stratum_name(stratum: str) -> str:
    """Words of several columns are joined by a slash; a missing one is « unknown »."""
    return "/".join(UNKNOWN if part == "None" else part for part in stratum.split("/"))


def suppressed(table: Table, hidden: Collection[str] = ()) -> dict[Hashable, dict[str, int | None]]:
    """The same table; None for a cell that is not told. Cells of nobody tell nobody's secret, and stay.

    `hidden`: columns whose total is not told: not all of their cells are, or the total could be added up.
    """
    shown: dict[Hashable, dict[str, int | None]] = {
        row: {key: None if 0 < number < SMALL else number for key, number in cells.items()}
        for row, cells in table.items()
    }
    columns = list(dict.fromkeys(key for cells in table.values() for key in cells))
    lines = [[(row, key) for key in cells] for row, cells in table.items()]
    lines += [[(row, key) for row in table if key in table[row]] for key in columns]
    for key in hidden:
        if cells := [row for row in table if table[row].get(key)]:
            shown[min(cells, key=lambda row: (table[row][key], str(row)))][key] = None
    changed = True
    while changed:
        changed = False
        for line in lines:
            closed = [place for place in line if shown[place[0]][place[1]] is None]
            open_ = [place for place in line if shown[place[0]][place[1]]]
            if len(closed) == 1 and open_:
                row, key = min(open_, key=lambda place: (table[place[0]][place[1]], str(place)))
                shown[row][key] = None
                changed = True
    return shown


def coverage(cells: Mapping[str, int | None]) -> float | None:
    """Up to date among those to whom it is offered; None where that is not told or is offered to nobody."""
    numbers = [cells.get(key, 0) for key in ("up_to_date", "due_soon", "due", "overdue")]
    told = [number for number in numbers if number is not None]
    if len(told) < len(numbers) or not sum(told):
        return None
    return round((told[0] + told[1]) / sum(told), 4)


def gap(cells: Mapping[str, int | None]) -> int | None:
    """How many have something to do that is due."""
    due, overdue = cells.get("due", 0), cells.get("overdue", 0)
    return None if due is None or overdue is None else due + overdue


def gradient(by_stratum: Mapping[Hashable, float | None], by: Sequence[str]) -> float | None:
    """Coverage of the last stratum less that of the first, in their order (the most deprived less the least); None for
    strata without one (départements), and where one of the two is not told."""
    order = _ORDERS.get(by[0]) if len(by) == 1 else None
    if order is None:
        return None
    try:
        known = sorted((str(key) for key in by_stratum if key != UNKNOWN), key=order)
    except ValueError:  # words of another country
        return None
    told = [by_stratum[key] for key in known]
    return None if len(told) < 2 or told[0] is None or told[-1] is None else round(told[-1] - told[0], 4)


def tell(counts: Sequence[int]) -> list[int | None]:
    """The counts of a funnel that may be told: none is small, and no two of them differ by a small number.

    The first (everyone) and the last (the cell) are told by `evaluate` too, so that those between give way.
    """
    told: list[int | None] = [None] * len(counts)
    told[-1] = following = counts[-1]
    for place in range(len(counts) - 2, 0, -1):
        number = counts[place]
        if _apart(number, following) and _apart(counts[0], number) and (number == 0 or number >= SMALL):
            told[place] = following = number
    told[0] = counts[0]
    return told


def _apart(more: int, fewer: int) -> bool:
    return more == fewer or more - fewer >= SMALL
