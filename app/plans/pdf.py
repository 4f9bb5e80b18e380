"""The « plan personnalisé de prévention » as PDF, tagged so that a screen reader reads it (PDF/UA)."""

from __future__ import annotations

from app.errors import UsageError
from app.guidelines.model import Status
from app.plans.html import environment
from app.plans.model import Item, Plan
from app.plans.review_words import sentences

MOST_LATER = 6
_DUE = frozenset({Status.DUE, Status.OVERDUE, Status.DUE_SOON})
"""What is not decided for want of a fact stands among the questions, not among what is to be done."""


def plan_pdf(plan: Plan, name: str | None = None, *, decided_only: bool = False, large: bool = False) -> bytes:
    """`large`: in letters of 16 points, for eyes that are tired.

    `decided_only`: what waits for a professional's decision is left out, and counted.

    Raises UsageError (`pdf`) where the system has no Pango, which lays the text out."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]
    except OSError:
        raise UsageError("PDF needs Pango on this machine (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0)",
                         code="pdf") from None  # fmt: skip
    document = prevention_plan(plan, name, decided_only=decided_only, large=large)
    made: bytes = HTML(string=document, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made


def prevention_plan(
    plan: Plan, name: str | None = None, *, decided_only: bool = False, large: bool = False
) -> str:
    """The document that is printed, as HTML."""
    t = plan.say.t
    kept = [item for item in plan.items if not (decided_only and item.awaits_review)]
    later = [item for item in plan.next if item in kept and item.status in _DUE and not item.set_aside][:MOST_LATER]
    parts = [
        (t("À voir avec un médecin"), "care", [item for item in plan.to_see_with_doctor if item in kept]),
        (t("Maintenant"), "now", [item for item in plan.now if item in kept]),
        (t("Ensuite"), "later", later),
    ]

    def told(item: Item) -> str:
        return " ".join(sentences(item.review, plan.say)) if item.review else ""

    return environment().get_template("prevention_plan.html").render(
        t=t, plan=plan, name=name, parts=parts, told=told, left_out=len(plan.items) - len(kept), large=large
    )


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    """The document asks for no other file; if it ever did, nothing would be fetched."""
    raise ValueError("no outside file")
