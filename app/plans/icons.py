"""A frequency as a picture: so many filled dots among 100, with words for both sides.

Filled dots and rings differ without colour. The same drawing stands in the plan's page, in the printed plan and on the
pages of the models; its colours are those of the page (classes `on` and `off`).
"""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from app.i18n import Translator


def icon_array(count: int, per: int, t: Translator, *, name: str, less_than: bool = False) -> Markup:
    """An SVG of `per` dots, `count` of them filled; `name` is unique on the page.

    `less_than`: fewer than `count` (one dot is filled, and the words say "less than").
    """
    columns = 10 if per <= 100 else 40
    dots = "".join(
        f'<circle class="{"on" if n < count else "off"}" '
        f'cx="{n % columns * 10 + 5}" cy="{n // columns * 10 + 5}" r="3.5"/>'
        for n in range(per)
    )
    box, words = f"0 0 {columns * 10} {-(-per // columns) * 10}", both_sides(count, per, t, less_than=less_than)
    return Markup(  # noqa: S704 - made of numbers and escaped words
        f'<svg class="array" viewBox="{box}" role="img" aria-labelledby="{name}">'
        f'<title id="{name}">{escape(words)}</title>{dots}</svg>'
    )


def both_sides(count: int, per: int, t: Translator, *, less_than: bool = False) -> str:
    """`7 personnes sur 100 ; 93 sur 100 ne sont pas concernées`."""
    if less_than:
        return t("Moins de {count} personne sur {per} ; plus de {rest} sur {per} ne sont pas concernées", count=count,
                 per=per, rest=per - count)  # fmt: skip
    return t.plural("{n} personne sur {per} ; {rest} sur {per} ne sont pas concernées",
                    "{n} personnes sur {per} ; {rest} sur {per} ne sont pas concernées", count, per=per,
                    rest=per - count)  # fmt: skip
