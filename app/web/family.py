"""« Ma famille »: who is in it, what it changes, and telling of one's relatives. No script."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from app.errors import UsageError
from app.facts.answers import ANSWERS
from app.facts.vocabulary import load_vocabulary
from app.i18n import Translator
from app.pedigree.content import load_content
from app.pedigree.letter import load_letter
from app.services import answers, family, family_edit
from app.services.answers import WrongAnswers
from app.trust.repeats import Repeat
from app.web import browser
from app.web.browser import read_form, services_of, signed_in
from app.web.relative_form import blank, read_relative, sent_of, told_words, typed_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/ma-famille"


@router.get(HERE)
async def my_family(request: Request, fait: int = 0) -> Response:
    """Who is in the family and what each has had: a list in words, the drawing that says the same, what the person
    declared, and what it changes."""
    frame = browser.frame(request, here=HERE)
    services, who, t = services_of(request), signed_in(request), frame.t
    shown = json.loads((await family.family(services, who, lang=t.lang)).body)
    effects = await family.effects(services, who, lang=t.lang) if shown["allowed"] else []
    vocabulary, contested = load_vocabulary(), {one["relation"] for one in shown["differences"]}
    html = page(
        "family.html", frame, family=shown, effects=effects, saved=bool(fait), **_conditions(t),
        drawing=Markup(shown["drawing"]),  # noqa: S704 - drawn by app.pedigree.svg, which escapes every word
        origins={f"- {one['text']}": _origin(one, contested, t) for one in shown["relatives"]},
        mine=[{"id": one["id"], "text": told_words(one, t)} for one in shown["told"]["relatives"]],
        questions=[
            {"fact": fact, "label": t(vocabulary.facts[fact].label)}
            for fact in shown["told"]["questions"] if fact in vocabulary.facts
        ],
    )  # fmt: skip
    return HTMLResponse(html)


@router.get(HERE + "/demander")
async def ask_relatives(request: Request) -> Response:
    """A sheet to print: what to ask one's relatives, and what the law says."""
    frame, visit = browser.visitor(request)
    return browser.visited(request, HTMLResponse(page("family_letter.html", frame, letter=load_letter())), visit)


@router.get(HERE + "/proche")
async def new_relative(request: Request) -> Response:
    """The form of one relative more."""
    await services_of(request).door.recognise(signed_in(request))
    return _form(request, blank(), once=secrets.token_hex(8))


@router.post(HERE + "/proche")
async def add_relative(request: Request) -> Response:
    form = await read_form(request)
    services, who, t = services_of(request), signed_in(request), browser.language(request)
    typed = sent_of(form)
    try:
        relative = read_relative(typed, t)
        once = str(form.get("once", ""))[:32]
        repeat = Repeat.of(once, "POST famille", json.dumps(relative, sort_keys=True).encode()) if once else None
        await family_edit.add(services, who, relative, repeat)
    except (ValueError, WrongAnswers, UsageError) as wrong:
        if isinstance(wrong, UsageError) and wrong.code not in {"answers", "relative_twice"}:
            raise
        return _form(request, typed, once=str(form.get("once", ""))[:32], wrong=_why(wrong, t))
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


@router.get(HERE + "/proche/{relative}")
async def one_relative(request: Request, relative: str) -> Response:
    """What was said of one relative, to be changed or taken back."""
    found = await answers.answers(services_of(request), signed_in(request))
    told = family.told(json.loads(found.body))["relatives"]
    known = next((one for one in told if one["id"] == relative), None)
    if known is None:
        raise family_edit.NoSuchRelative
    return _form(request, typed_of(known), relative=relative, seen=found.etag)


@router.post(HERE + "/proche/{relative}")
async def change_relative(request: Request, relative: str) -> Response:
    form = await read_form(request)
    services, who, t = services_of(request), signed_in(request), browser.language(request)
    seen = str(form.get("seen", "")) or None
    if form.get("do") == "remove":
        await family_edit.remove(services, who, relative, seen)
        return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)
    typed = sent_of(form)
    try:
        await family_edit.change(services, who, relative, read_relative(typed, t), seen)
    except (ValueError, WrongAnswers) as wrong:
        return _form(request, typed, relative=relative, seen=seen or "", wrong=_why(wrong, t))
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


@router.post(HERE + "/tour")
async def told_all(request: Request) -> Response:
    """Of which diseases the person told all that they know, and whether they were adopted."""
    form = await read_form(request)
    known = {condition.id for condition in load_content().conditions}
    asked = [str(name) for name in form.getlist("asked") if name in known]
    await family_edit.about(services_of(request), signed_in(request), adopted=bool(form.get("adopted")), asked=asked)
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


def _form(
    request: Request, typed: Mapping[str, Any], *, relative: str = "", seen: str = "", once: str = "", wrong: str = ""
) -> Response:
    frame = browser.frame(request, here=HERE)
    shown = _conditions(frame.t)
    rare = {id_ for id_, _ in shown["conditions"]} - shown["asked"]
    html = page(
        "relative.html", frame, typed=typed, relative_id=relative, seen=seen, once=once, wrong=wrong,
        opened=bool(rare & set(typed["condition"])), **shown,
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


def _origin(relative: Mapping[str, Any], contested: set[str], t: Translator) -> str:
    """Who says so: the record alone, where the person says otherwise."""
    files = {source["file"] for source in relative["sources"]}
    if files <= {ANSWERS}:
        return t("D’après vous")
    both = ANSWERS in files and relative["relation"] not in contested
    return t("D’après votre dossier et vous") if both else t("D’après votre dossier")


def _conditions(t: Translator) -> dict[str, Any]:
    """The diseases that are named to people, those asked first."""
    every = load_content().conditions
    return {
        "conditions": [(one.id, t(one.label)[:1].upper() + t(one.label)[1:]) for one in every],
        "asked": {one.id for one in every if one.asked},
    }


def _why(wrong: ValueError | UsageError, t: Translator) -> str:
    if isinstance(wrong, UsageError) and wrong.code == "relative_twice":
        return t("Vous avez déjà parlé de cette personne : changez ce que vous en avez dit.")
    return t("Ces réponses ne vont pas ensemble : vérifiez-les.") if isinstance(wrong, UsageError) else str(wrong)
