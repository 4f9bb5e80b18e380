"""A simulation as one HTML document, without script or outside file; or as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

import altair as alt
import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.campaigns.tiles import places, tile_map
from app.campaigns.words import by_age, tables_of
from app.i18n import Translator


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.campaigns"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def report_html(found: dict[str, Any], t: Translator) -> str:
    return _environment().get_template("report.html").render(
        t=t, found=found, tables=list(tables_of(found, t)), day=date.fromisoformat(found["as_of"]),
        # SVGs of ours: numbers, and sentences of ours
        charts=[Markup(draw(found, t)) for draw in (deprivation_chart, age_pyramid, department_map)],  # noqa: S704
    )


def report_lines(found: dict[str, Any], t: Translator) -> Iterator[tuple[str, str]]:
    """(style, text)"""
    yield "title", found["title"]
    for table in tables_of(found, t):
        yield "plain", ""
        yield "heading", table.title
        yield "quiet", table.note
        widths = [max(len(row[n]) for row in (table.head, *table.rows)) for n in range(len(table.head))]
        for row in (table.head, *table.rows):
            line = "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
            yield ("quiet" if row is table.head else "plain"), line.rstrip()


def age_pyramid(found: dict[str, Any], t: Translator) -> str:
    """Women to the left, men to the right: who would take part with the campaign, and who would not, as SVG."""
    words = {True: t("Participent"), False: t("Ne participent pas")}
    rows = [
        {"ages": f"{row['ages'][0]}-{row['ages'][1]}", "people": side * row["people"] * part, "what": words[takes]}
        for row in by_age(found) if row["ages"] and row["after"]
        for side in [-1 if row["sex"] == "female" else 1]
        for takes, part in ((True, row["after"][1]), (False, 1 - row["after"][1]))
    ]  # fmt: skip
    scale = alt.Scale(domain=list(words.values()), range=["#0b5cad", "#b9b9b9"])
    chart = alt.Chart({"values": rows}).mark_bar().encode(
        y=alt.Y("ages:N", title=t("Âge"), sort="descending"),
        x=alt.X("people:Q", title=t("Femmes à gauche, hommes à droite"), axis=alt.Axis(labelExpr="abs(datum.value)")),
        color=alt.Color("what:N", title=None, scale=scale, legend=alt.Legend(orient="bottom")),
        order=alt.Order("what:N", sort="descending"),
    ).properties(width=300, height=240).configure(font="sans-serif").configure_axis(
        labelFontSize=13, titleFontSize=13).configure_legend(labelFontSize=13)  # fmt: skip
    return _svg(chart, t("Pyramide des âges des personnes concernées, avec leur participation attendue"))


def department_map(found: dict[str, Any], t: Translator) -> str:
    """Participation expected with the campaign, département by département, as SVG."""
    rows = found["scenarios"][1]["national"]["by"]["department"]
    rates = {row["stratum"]: row["after"][1] for row in rows if row["after"] and row["stratum"] in places()}
    ends = (min(rates.values()), max(rates.values())) if rates else ()
    least, most = (t.number(100 * one, 1) for one in ends) if ends else ("—", "—")
    unknown = t("non montré : moins de 11 personnes, ou non connu")
    return tile_map(
        rates, t("Carte de la participation attendue par département"),
        (t("le moins : {n} %", n=least), t("le plus : {n} %", n=most), unknown),
    )  # fmt: skip


def deprivation_chart(found: dict[str, Any], t: Translator) -> str:
    """Participation by fifth of deprivation, without the campaign and with it, as SVG."""
    names = {"before": t("Sans campagne"), "after": t("Avec")}
    rows = [
        {"fifth": row["stratum"], "when": names[when], "low": 100 * row[when][0], "middle": 100 * row[when][1],
         "high": 100 * row[when][2]}
        for row in found["scenarios"][1]["national"]["by"]["deprivation"] for when in names if row[when]
    ]  # fmt: skip
    axis = alt.Y("fifth:N", title=t("Cinquième de défavorisation"), sort="ascending")
    offset = alt.YOffset("when:N", sort=list(names.values()))
    both, legend = list(names.values()), alt.Legend(orient="bottom")
    kind = alt.Color("when:N", title=None, legend=legend, scale=alt.Scale(domain=both, range=["#5b5b5b", "#0b5cad"]))
    mark = alt.Shape("when:N", title=None, legend=legend, scale=alt.Scale(domain=both, range=["circle", "square"]))
    base = alt.Chart({"values": rows})
    lines = base.mark_rule(strokeWidth=2).encode(
        y=axis, yOffset=offset, color=kind, x=alt.X("low:Q", title=t("Participation (%)"), scale=alt.Scale(zero=True)),
        x2="high:Q",
    )  # fmt: skip
    points = base.mark_point(filled=True, size=70).encode(
        y=axis, yOffset=offset, color=kind, x="middle:Q", shape=mark,
    )  # fmt: skip
    chart = (lines + points).properties(width=300, height=240).configure(font="sans-serif").configure_axis(
        labelFontSize=13, titleFontSize=13).configure_legend(labelFontSize=13)  # fmt: skip
    return _svg(chart, t("Participation attendue selon le quartier"))


def _svg(chart: Any, told: str) -> str:
    told = escape(told)
    return str(vl_convert.vegalite_to_svg(chart.to_json())).replace("<svg ", f'<svg role="img" aria-label="{told}" ', 1)
