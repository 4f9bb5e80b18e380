"""« Mes rappels »: by which ways, when, a pause, a calendar; and the page of one message: why me, why now, how to
stop."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.i18n import N_, Translator
from app.nudges.text import CHANNEL_WORDS
from app.services import consents, links, reminders
from app.services.consents import Choice
from app.trust.reminders import PURPOSE
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.offline import WITH_SCRIPT
from app.web.render import page, static_address, static_file
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/mes-rappels"
_ADDRESS = ("name", "more", "street", "postcode", "city")
HOURS = {"morning": N_("Le matin"), "afternoon": N_("L’après-midi"), "evening": N_("En fin de journée")}
WRONG = {
    "/email": N_("Cette adresse e-mail n’est pas complète. Exemple : prenom@exemple.fr"),
    "/phone": N_("Ce numéro n’est pas celui d’un téléphone mobile. Exemple : 06 12 34 56 78"),
    "/address": N_("L’adresse postale n’est pas complète : il faut le nom, la rue, le code postal et la ville."),
    "/paused_until": N_("Choisissez un jour à venir."),
}
STATES = {
    "planned": N_("En attente"), "claimed": N_("En attente"), "handing_over": N_("En cours d’envoi"),
    "sent": N_("Envoyé"), "bounced": N_("Adresse refusée"),
    "given_up": N_("Pas envoyé : le service d’envoi ne répond pas"),
    "unsure": N_("Peut-être envoyé : l’envoi a été interrompu"), "not_sent": N_("Pas envoyé"),
}  # fmt: skip
REASONS = {
    "withdrawn": N_("vous ne l’autorisiez plus"), "paused": N_("vous aviez tout mis en pause"),
    "no_address": N_("il manquait une adresse"), "done": N_("c’était fait"), "changed": N_("votre plan avait changé"),
    "enough": N_("vous aviez déjà reçu assez de rappels"), "late": N_("il était trop tard pour qu’il reste juste"),
    "stopped": N_("ce rappel avait été arrêté"),
}  # fmt: skip


@router.get(HERE)
async def my_reminders(request: Request, fait: int = 0) -> Response:
    return await _page(request, saved=bool(fait))


async def _page(
    request: Request, *, saved: bool = False, typed: dict[str, str] | None = None, ticked: list[str] | None = None,
    wrong: str | None = None, url: str | None = None,
) -> Response:  # fmt: skip
    services, who, frame = services_of(request), myself(request), browser.frame(request, here=HERE)
    t = frame.t
    found = await reminders.mine(services, who)
    told = reminders.told(found, services, t)
    shown = json.loads((await consents.show(services, who, t.lang)).body)
    consent = next(one for one in shown["consents"] if one["purpose"] == PURPOSE)
    labels = {one["id"]: one["label"] for one in consent["channels"]}
    now = typed if typed is not None else _typed(told["settings"])
    allowed = ticked if ticked is not None else [one["id"] for one in told["channels"] if one["allowed"]]
    html = page(
        "reminders.html", frame, told=told, consent=consent, labels=labels, typed=now, allowed=allowed, saved=saved,
        wrong=wrong, said=t(WRONG[wrong]) if wrong in WRONG else None, url=url,
        hours=[(name, t(HOURS.get(name, name)), span) for name, span in told["hours"].items()],
        messages=[_message(one, labels, t) for one in told["messages"]],
        since=t.date(date.fromisoformat(told["calendar_since"][:10])) if told["calendar_since"] else None,
        until=_day(told["settings"]["paused_until"], t), today=services.today().isoformat(),
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


def _typed(settings: dict[str, Any]) -> dict[str, str]:
    """What is kept, as the form says it."""
    address = settings["address"] or {}
    return {
        "email": settings["email"] or "", "phone": settings["phone"] or "",
        **{name: address.get(name, "") for name in _ADDRESS}, "first": settings["first"] or "",
        "hours": settings["hours"] or "", "named": "1" if settings["named"] else "",
        "paused": "1" if settings["paused"] else "", "paused_until": settings["paused_until"] or "",
    }  # fmt: skip


def _message(one: dict[str, Any], labels: dict[str, str], t: Translator) -> dict[str, Any]:
    """One message, in words."""
    when = one["handed_at"] or one["due_at"]
    state, reason = STATES[one["state"]], REASONS.get(one["reason"]) if one["state"] == "not_sent" else None
    return one | {
        "label": labels[one["channel"]], "day": t.date(date.fromisoformat(when[:10])),
        "state_text": t(state), "reason_text": t(reason) if reason else None,
        "address": f"{HERE}/{one['page'].rpartition('/')[2]}",
    }  # fmt: skip


def _day(text: str | None, t: Translator) -> str | None:
    return t.date(date.fromisoformat(text)) if text else None


@router.post(HERE)
async def change(request: Request) -> Response:
    """Keep what was chosen: the ways (a consent), and the rest."""
    form = await read_form(request)
    services, who, t = services_of(request), myself(request), browser.language(request)
    typed = {name: str(value).strip() for name, value in form.items()}
    ticked = [str(value) for value in form.getlist("channel")]
    try:
        await reminders.change(services, who, _wanted(typed), t.lang)
    except UsageError as error:
        if error.code != "reminders":
            raise
        where = "/" + (error.where or "").strip("/").partition("/")[0]
        return await _page(request, typed=_typed({}.fromkeys(_KEYS)) | typed, ticked=ticked, wrong=where)
    await consents.change(services, who, Choice(PURPOSE, ticked, typed.get("digest", ""), "channel"), t.lang)
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


_KEYS = ("email", "phone", "address", "first", "hours", "named", "paused", "paused_until")


def _wanted(typed: dict[str, str]) -> dict[str, Any]:
    address = {name: typed.get(name, "") for name in _ADDRESS}
    paused = bool(typed.get("paused"))
    return {
        "email": typed.get("email") or None, "phone": typed.get("phone") or None,
        "address": address if any(address.values()) else None, "first": typed.get("first") or None,
        "hours": typed.get("hours") or None, "named": bool(typed.get("named")), "paused": paused,
        "paused_until": (typed.get("paused_until") or None) if paused else None,
    }  # fmt: skip


@router.post(HERE + "/agenda")
async def calendar_address(request: Request) -> Response:
    """A calendar's address, shown once; or an end to it."""
    form = await read_form(request)
    services, who = services_of(request), myself(request)
    if form.get("do") == "end":
        await reminders.end_calendar(services, who)
        return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)
    return await _page(request, url=await reminders.new_calendar(services, who))


@router.get(HERE + "/appareil")
async def this_device(request: Request) -> Response:
    """Be told on this device, or not any more: the browser is asked by a small script of ours."""
    await services_of(request).door.recognise(myself(request))
    html = page("push.html", browser.frame(request, here=HERE), script=static_address("push.js"))
    return HTMLResponse(html, headers={"Content-Security-Policy": WITH_SCRIPT})


@router.get("/push-worker.js")
async def push_worker() -> Response:
    """At the root, so that it may stand for the pages about reminders; it speaks to nobody."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'"}
    return Response(static_file("push-worker.js"), media_type="text/javascript; charset=utf-8", headers=headers)


@router.get(HERE + "/{link}")
async def my_message(request: Request, link: str) -> Response:
    """Why me, why now, by which rule, in which words, how to stop; and what may be answered."""
    services, frame = services_of(request), browser.frame(request, here=HERE)
    found = await reminders.message(services, myself(request), link[: links.LONGEST])
    if found is None:
        raise UsageError("no such message", code="not_found")
    t = frame.t
    told = reminders.explained(found, services, t)
    for item in told["items"]:
        item["due_text"] = _day(item["due_from"], t)
        item["rule_text"] = _day(item["rule_since"], t)
    html = page(
        "reminder.html", frame, one=_message(told, {told["channel"]: t(CHANNEL_WORDS[found.channel])}, t), link=link,
        chosen_on=_day(told["chosen_on"], t),
    )  # fmt: skip
    return HTMLResponse(html)


@router.get("/m/{secret}")
async def opened(request: Request, secret: str, fait: str = "") -> Response:
    """What anybody who holds the address may know and do: not what the message is about."""
    services = services_of(request)
    channel = await links.channel_of(services, secret)
    if channel is None:
        raise UsageError("no such message", code="not_found")
    frame, visit = browser.visitor(request)
    html = page(
        "message.html", frame, link=secret, channel=frame.t(CHANNEL_WORDS[channel]), done=fait,
        today=services.today().isoformat(),
    )  # fmt: skip
    return browser.visited(request, HTMLResponse(html), visit)


@router.get("/m/{secret}/stop")
async def ask_to_stop(secret: str) -> Response:
    """Programs open the addresses of messages: opening this one changes nothing."""
    return RedirectResponse(f"/m/{secret}#arreter" if secret.isascii() else "/", 303)


@router.post("/m/{secret}/stop")
async def stop(request: Request, secret: str) -> Response:
    """One click (RFC 8058): no cookie and no form of ours is asked for, the address is the secret."""
    if await links.stop_channel(services_of(request), secret) is None:
        raise UsageError("no such message", code="not_found")
    return RedirectResponse(f"/m/{secret}?fait=stop", 303)


@router.post("/m/{secret}/pause")
async def pause(request: Request, secret: str) -> Response:
    """Nothing at all, until a day or until they say otherwise."""
    form = await request.form(max_files=0, max_fields=10)
    try:
        text = str(form.get("until", "")).strip()
        until = date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("expected a day", code="calendar_day", where="until") from None
    if not await links.pause(services_of(request), secret, until):
        raise UsageError("no such message", code="not_found")
    return RedirectResponse(f"/m/{secret}?fait=pause", 303)


@router.get("/calendrier/{feed}")
async def calendar(request: Request, feed: str) -> Response:
    """The calendar of a secret address, for the program that subscribed to it."""
    found = await links.calendar(services_of(request), feed.removesuffix(".ics"))
    if found is None:
        return Response(status_code=404)
    kept = {"Cache-Control": "private, max-age=3600"}
    return Response(found, media_type="text/calendar; charset=utf-8", headers=kept)
