"""A value on its range, and its course over the years, as SVG. Words and a table say the same; shapes, not colours,
tell what is outside. Colours are those of the page (classes), so that both themes are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

WIDTH, BAR_HEIGHT, CHART_HEIGHT = 320.0, 56.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 12.0, 12.0, 14.0, 26.0


@dataclass(frozen=True, slots=True)
class Point:
    """One dated value; `label` as it is read (`1,24 g/L`), `outside`: surely out of the range."""

    day: date
    value: float
    label: str
    outside: bool = False


def range_picture(
    value: float,
    label: str,
    low: float | None,
    high: float | None,
    ends: tuple[str, str],
    *,
    words: str,
    name: str,
) -> str:
    """The value as a marker on a bar whose usual part is thick; `ends` name the bounds (empty when open)."""
    start, end = _scale([value], low, high)

    def x(number: float) -> float:
        return _LEFT + (number - start) / (end - start) * (WIDTH - _LEFT - _RIGHT)

    left, right = x(start if low is None else low), x(end if high is None else high)
    here = x(value)
    outside = (low is not None and value < low) or (high is not None and value > high)
    parts = [
        f'<line class="axis" x1="{_LEFT:g}" x2="{WIDTH - _RIGHT:g}" y1="32" y2="32"/>',
        f'<rect class="usual" x="{left:.1f}" y="26" width="{right - left:.1f}" height="12" rx="6"/>',
        _marker(here, 32, outside),
        _text(here, 14, label, "value"),
    ]
    parts += [_text(place, 54, text, "bound") for place, text in ((left, ends[0]), (right, ends[1])) if text]
    return _svg(BAR_HEIGHT, parts, words, name)


def chart(points: Sequence[Point], low: float | None, high: float | None, *, words: str, name: str) -> str:
    """Values joined in the order of their days; the usual range is a band. Needs two points on two days."""
    start, end = _scale([point.value for point in points], low, high)
    first, last = points[0].day, points[-1].day
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return 24 + (day - first).days / days * (WIDTH - 48)

    def y(number: float) -> float:
        return CHART_HEIGHT - _BOTTOM - (number - start) / (end - start) * (CHART_HEIGHT - _BOTTOM - 2 * _TOP)

    parts = []
    if low is not None or high is not None:
        top, bottom = y(end if high is None else high), y(start if low is None else low)
        parts.append(
            f'<rect class="band" x="0" y="{top:.1f}" width="{WIDTH:g}" height="{bottom - top:.1f}"/>'
        )
    path = " ".join(f"{x(point.day):.1f},{y(point.value):.1f}" for point in points)
    parts.append(f'<polyline class="course" points="{path}"/>')
    parts += [_marker(x(point.day), y(point.value), point.outside) for point in points]
    for point in {points[0].day: points[0], last: points[-1]}.values():
        parts.append(_text(x(point.day), y(point.value) - 11, point.label, "value"))
        parts.append(_text(x(point.day), CHART_HEIGHT - 8, str(point.day.year), "bound"))
    return _svg(CHART_HEIGHT, parts, words, name)


def _scale(values: Sequence[float], low: float | None, high: float | None) -> tuple[float, float]:
    """From where to where the axis goes: everything shown, with room on both sides; never below zero for nothing."""
    known = [*values, *(bound for bound in (low, high) if bound is not None)]
    least, most = min(known), max(known)
    room = (most - least) * 0.25 or max(abs(most) * 0.25, 1.0)
    return (max(least - room, 0.0) if least >= 0 else least - room), most + room


def _marker(x: float, y: float, outside: bool) -> str:
    """A round for what is usual or not judged, a diamond for what is outside."""
    if outside:
        return f'<path class="mark out" d="M{x:.1f} {y - 8:.1f}l8 8-8 8-8-8z"/>'
    return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    """Kept inside the picture: a label near an edge is anchored to it."""
    anchor = "start" if x < 60 else "end" if x > WIDTH - 60 else "middle"
    place = max(x - 8, 2) if anchor == "start" else min(x + 8, WIDTH - 2) if anchor == "end" else x
    return f'<text class="{kind}" x="{place:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(height: float, parts: Sequence[str], words: str, name: str) -> str:
    return (
        f'<svg class="figure" viewBox="0 0 {WIDTH:g} {height:g}" direction="ltr" role="img" aria-labelledby="{name}">'
        f'<title id="{name}">{escape(words)}</title>{"".join(parts)}</svg>'
    )
