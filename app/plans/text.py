"""The plan as text: 80 columns, headings first, nothing that needs colour to be understood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

from app.guidelines.model import Status
from app.i18n import Translator
from app.plans.guard import CitizenRisk
from app.plans.model import Item, Plan

WIDTH = 80
_BEFORE = re.compile(r" ([;:?!»%])")
Line = tuple[str, str]
"""(style, text): style is `title`, `heading`, `plain` or `quiet`; a terminal may render it, a pipe ignores it."""


def plan_lines(plan: Plan) -> list[Line]:
    """Good news, then what to show to a doctor, then what matters now; what is not for the person comes last."""
    return list(_lines(plan))


def plan_text(plan: Plan) -> str:
    return "\n".join(text for _, text in plan_lines(plan)) + "\n"


def paragraph(text: str, *, indent: str = "", first: str | None = None) -> list[Line]:
    """Wrapped at 80 columns; `first` is the start of the first line (a bullet, a number)."""
    lines = wrap(bound(text), WIDTH, initial_indent=first if first is not None else indent, subsequent_indent=indent,
                 break_long_words=False, break_on_hyphens=False)
    return [("plain", line) for line in lines]


def bound(text: str) -> str:
    """French punctuation does not begin a line: its space does not break."""
    return _BEFORE.sub("\u00a0\\1", text).replace("« ", "«\u00a0")


def heading(text: str) -> list[Line]:
    return [("plain", ""), ("heading", text), ("quiet", "─" * min(len(text), WIDTH))]


def _lines(plan: Plan) -> Iterator[Line]:
    t = plan.say.t
    title = t("Votre plan de prévention, le {day}", day=t.date(plan.as_of))
    yield "title", title
    yield from paragraph(t(
        "Il part de ce que dit votre dossier et de recommandations publiées. Vous décidez ; rien n'est obligatoire."
    ))
    if plan.strong_points:
        yield from heading(t("Ce qui va déjà bien"))
        for point in plan.strong_points:
            yield from paragraph(titled(point.title, point.why), indent="    ", first="  + ")
    if plan.to_see_with_doctor:
        yield from heading(t("À voir avec un médecin"))
        for item in plan.to_see_with_doctor:
            yield from _full(item, t, "•")
    if plan.now or not plan.to_see_with_doctor:
        yield from heading(t("Ce qui compte le plus maintenant"))
    if not plan.now and not plan.to_see_with_doctor:
        yield from paragraph(nothing_now(plan))
    if plan.now:
        for number, item in enumerate(plan.now, 1):
            yield from _full(item, t, f"{number}.")
    if plan.questions:
        yield from heading(t("Des questions pour mieux vous répondre"))
        titles = {item.id: item.title for item in plan.items}
        for question in plan.questions:
            yield from paragraph(question.text, indent="    ", first="  ? ")
            if question.help:
                yield from paragraph(question.help, indent="    ")
            about = t("Cela décidera de : {list}.", list=t.series(titles[name] for name in question.changes))
            yield from paragraph(about, indent="    ")
            how = t("Pour répondre ici (--answers) : {line}", line=question.example)
            yield from (("quiet", text) for _, text in paragraph(how, indent="    "))
    yield from _next(plan, t)
    if plan.risks:
        yield from heading(t("Votre risque, et ce qui peut le changer"))
        for risk in plan.risks:
            yield from risk_lines(risk, t)
    if plan.suspended or plan.suspended_models:
        yield from heading(t("Suspendu pour le moment"))
        for one in plan.suspended:
            yield from paragraph(f"{one.title}. {' '.join(one.sentences)}", indent="    ", first="  • ")
        for model in plan.suspended_models:
            yield from paragraph(model["text"], indent="    ", first="  • ")
    if plan.up_to_date:
        yield from heading(t("À jour"))
        for item in plan.up_to_date:
            yield from paragraph(f"{item.title}. {item.when}", indent="    ", first="  • ")
    if not_for_you := without_strengths(plan):
        yield from heading(t("Ce qui n'est pas pour vous aujourd'hui"))
        for item in not_for_you:
            yield from paragraph(titled(item.title, item.why[0]), indent="    ", first="  • ")
    if plan.assumptions:
        yield from heading(t("Ce que nous supposons"))
        for sentence in plan.assumptions:
            yield from paragraph(sentence, indent="    ", first="  • ")
    yield from _limits(plan, t)


def titled(title: str, text: str) -> str:
    """The title before its text, unless the text says it again."""
    return text if text.startswith(title) else f"{title}. {text}"


def nothing_now(plan: Plan) -> str:
    """No news is said as such, with what it rests on: a record that says little is no proof that all is done."""
    t = plan.say.t
    if plan.questions:
        return t("Rien de pressé d'après votre dossier. Vos réponses aux questions ci-dessous peuvent changer cela.")
    return t("Rien de pressé d'après ce que dit votre dossier.")


def without_strengths(plan: Plan) -> list[Item]:
    """What is not for the person, but for what was already told among the strong points."""
    told = {point.id for point in plan.strong_points}
    return [item for item in plan.not_for_you if item.id not in told]


def _full(item: Item, t: Translator, mark: str) -> Iterator[Line]:
    """One item with all that helps to decide."""
    yield "plain", ""
    lead = f"{mark} "
    for index, (_, text) in enumerate(paragraph(item.title, indent=" " * len(lead), first=lead)):
        yield ("heading" if index == 0 else "plain"), text
    indent = " " * len(lead)
    if item.status not in (Status.SEE_DOCTOR, Status.SPECIALIST):
        yield from paragraph(item.when, indent=indent)
    why, *facts = item.why
    yield from paragraph(t("Pourquoi : {text}", text=why), indent=indent)
    for sentence in facts:
        yield from paragraph(sentence, indent=indent + "  ", first=indent + "- ")
    for label, told in (
        (t("Ce que cela apporte : {text}"), item.statement("benefit")),
        (t("Les inconvénients : {text}"), item.statement("harm")),
        (t("Comment faire : {text}"), item.action),
        (t("Où : {text}"), item.where),
        (t("Combien ça coûte : {text}"), item.cost),
    ):
        if told:
            yield from paragraph(label.format(text=told), indent=indent)
    for line in item.help_lines:
        told = t("Appeler : {number}, {name}. {hours}. {cost}.", number=line.number, name=t(line.title),
                 hours=t(line.hours), cost=t(line.cost))
        yield from paragraph(told, indent=indent)


def _next(plan: Plan, t: Translator) -> Iterator[Line]:
    """What can wait, and what is only to be known."""
    later = [item for item in plan.next if item.status is not Status.INFORMATION]
    known = [item for item in plan.next if item.status is Status.INFORMATION]
    if later:
        yield from heading(t("Ensuite"))
        for item in later:
            yield from paragraph(f"{item.title}. {item.when}", indent="    ", first="  • ")
    if known:
        yield from heading(t("Bon à savoir : c'est à vous de choisir"))
        for item in known:
            text = f"{item.title}. {item.why[0]} {item.action or ''}".rstrip()
            yield from paragraph(text, indent="    ", first="  • ")


def risk_lines(risk: CitizenRisk, t: Translator) -> Iterator[Line]:
    yield from paragraph(risk.text, indent="    ", first="  • ")
    if risk.contributions:
        yield from paragraph(t("Ce qui compte dans ce chiffre : {list}.",
                               list=t.series(c.text for c in risk.contributions)), indent="    ")
    for what_if in risk.what_ifs:
        yield from paragraph(what_if.text, indent="      ", first="    - ")
    yield from paragraph(risk.limits, indent="    ")


def _limits(plan: Plan, t: Translator) -> Iterator[Line]:
    """On what it rests, and what it is not."""
    yield from heading(t("D'où viennent ces conseils, et leurs limites"))
    yield from paragraph(t("Recommandations : {list}.", list=t.series(_publishers(plan.items))))
    unreadable = sum(1 for document in plan.sheet.documents if not document.readable)
    if unreadable:
        yield from paragraph(t.plural(
            "{n} document de votre dossier n'a pas pu être lu (image ou PDF) : il n'a pas servi à ce plan.",
            "{n} documents de votre dossier n'ont pas pu être lus (images ou PDF) : ils n'ont pas servi à ce plan.",
            unreadable,
        ))
    if any(s.verified != "yes" for i in [*plan.now, *plan.to_see_with_doctor] for s in (i.benefit, i.harm) if s):
        yield from paragraph(t(
            "« Chiffre à vérifier » : l'ordre de grandeur est connu, mais nous ne l'avons pas encore relu à sa source."
        ))
    if plan.review_state == "awaiting":
        yield from paragraph(t("Un professionnel de santé doit encore relire ce qui est à voir avec un médecin."))
    for sentence in limits(t):
        yield from paragraph(sentence)


def limits(t: Translator) -> list[str]:
    """Said at the end of every plan, in every form."""
    return [
        t("Ceci n'est pas un avis médical : parlez-en avec un professionnel de santé, surtout si quelque chose vous "
          "semble faux ou vous inquiète."),
        t("En cas d'urgence, appelez le 15 ou le 112 (le 114 par SMS si vous n'entendez ou ne parlez pas)."),
    ]


def _publishers(items: Iterable[Item]) -> list[str]:
    shown = [item for item in items if item.status not in (Status.NOT_ELIGIBLE, Status.NOT_NEEDED)]
    return list(dict.fromkeys(
        f"{source['publisher']} ({source['date'][:4]})" for item in shown for source in item.sources()[:1]
    ))
