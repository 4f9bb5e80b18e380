"""The team's pages: where a team arrives, and the stop button. They work without script."""

from __future__ import annotations

from typing import cast, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.guidelines.stops import Kind
from app.i18n import N_
from app.services import stops
from app.services.log_words import moment_words
from app.store.tables import moment
from app.trust.stops import Step
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/equipe"
KINDS = {"guideline": N_("Recommandation"), "model": N_("Calcul de risque"), "message": N_("Message")}
EVENTS = {
    "stopped": N_("Arrêté"), "lift_proposed": N_("Levée proposée"), "lift_refused": N_("Levée refusée"),
    "lifted": N_("Arrêt levé"),
}
_PROBLEMS = {
    "stop_words": N_("Rien n’est gardé : dites pourquoi, en 10 à 500 caractères. Tout le monde le lira."),
    "stop_target": N_("Rien n’est gardé : choisissez dans la liste ce qui doit s’arrêter."),
    "already_stopped": N_("C’est déjà arrêté : voyez le registre."),
    "stop_step": N_("Rien n’est gardé : quelqu’un d’autre a agi entre-temps. Relisez."),
    "same_person": N_("Vous avez proposé de lever cet arrêt : une autre personne doit confirmer."),
}


@router.get(HERE)
async def team(request: Request) -> Response:
    """Where somebody of a team arrives."""
    await services_of(request).door.recognise(myself(request))
    return HTMLResponse(page("team.html", browser.frame(request, here=HERE)))


@router.get(HERE + "/arrets")
async def register(request: Request, fait: int = 0) -> Response:
    """What is stopped, and the button."""
    return await _page(request, saved=bool(fait))


async def _page(request: Request, *, saved: bool = False, problem: str | None = None) -> Response:
    services, who, frame = services_of(request), myself(request), browser.frame(request, here=HERE + "/arrets")
    t = frame.t
    found = await stops.register(services, who, t)
    kinds, events = ({name: t(words) for name, words in of.items()} for of in (KINDS, EVENTS))
    shown = [
        {**one, "kind_words": kinds[one["kind"]], "state_words": events[one["state"]],
         "steps": [{**step, "words_of": events[step["event"]], "when": moment_words(moment(step["at"]), t)}
                   for step in one["steps"]]}
        for one in found["stops"]
    ]  # fmt: skip
    html = page(
        "stops.html", frame, stops=shown, may_stop=found["may_stop"], kinds=KINDS, saved=saved,
        problem=t(_PROBLEMS[problem]) if problem else None, shortest=stops.SHORTEST, longest=stops.LONGEST,
    )  # fmt: skip
    return HTMLResponse(html, 422 if problem else 200)


@router.post(HERE + "/arrets")
async def stop(request: Request) -> Response:
    """Stop something now. `what` is `kind:target` or `guideline:target:version`."""
    form = await read_form(request)
    kind, _, rest = str(form.get("what", "")).partition(":")
    target, _, version = rest.partition(":")
    try:
        if kind not in get_args(Kind):
            raise UsageError("nothing of this kind", code="stop_target")
        await stops.stop(
            services_of(request), myself(request), cast(Kind, kind), target, version or None,
            str(form.get("reason", "")),
        )  # fmt: skip
    except UsageError as error:
        return await _again(request, error)
    return RedirectResponse(f"{HERE}/arrets?fait=1#nouveau", 303)


@router.post(HERE + "/arrets/{stop}")
async def lift(request: Request, stop: str) -> Response:
    """One step of a lift."""
    form = await read_form(request)
    try:
        step = str(form.get("step", ""))
        if step not in get_args(Step):
            raise UsageError("no such step", code="stop_step")
        await stops.lift(
            services_of(request), myself(request), stop, cast(Step, step), str(form.get("reason", ""))
        )
    except UsageError as error:
        return await _again(request, error)
    return RedirectResponse(f"{HERE}/arrets?fait=1#nouveau", 303)


async def _again(request: Request, error: UsageError) -> Response:
    if error.code not in _PROBLEMS:
        raise error
    return await _page(request, problem=error.code)
