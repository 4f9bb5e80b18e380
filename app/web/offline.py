"""Reading the last plan without connection, on a device where the person asked for it.

Nothing is kept on a device by default: it may be shared. Who asks keeps the page of their plan alone, for seven days
at most; signing out, erasing or signing in (as anybody) removes it. This page and the worker
are the only scripts there are.
"""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.web import browser
from app.web.browser import services_of, signed_in
from app.web.render import POLICY, page, static_address, static_file
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

WITH_SCRIPT = POLICY + "; script-src 'self'; worker-src 'self'; connect-src 'self'"
FORGET = {"Clear-Site-Data": '"storage"'}
"""On the answers after which this device must hold nothing of the person: the browser removes the worker and what it
kept (W3C Clear Site Data)."""


@router.get("/hors-ligne")
async def keep_here(request: Request) -> Response:
    """Choose to keep the last plan on this device, or not any more."""
    await services_of(request).door.recognise(signed_in(request))
    frame = browser.frame(request, here="/hors-ligne")
    html = page("offline.html", frame, script=static_address("offline.js"))
    return HTMLResponse(html, headers={"Content-Security-Policy": WITH_SCRIPT})


@router.get("/sans-connexion")
async def no_connection(request: Request) -> Response:
    """What is shown instead of a page that cannot be reached. It says nothing of anybody."""
    return HTMLResponse(page("no_connection.html", browser.signed_out(browser.frame(request))))


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """What a telephone needs to install Jalon beside its other applications."""
    t = browser.language(request)
    icons = [
        {"src": static_address("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static_address("icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
        {"src": static_address("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
    ]
    told = {
        "id": "/", "name": "Jalon", "short_name": "Jalon", "lang": t.tag, "dir": t.direction, "start_url": "/mon-plan",
        "description": t("Votre guide de prévention, pas à pas."), "scope": "/", "display": "standalone",
        "background_color": "#fbf6ed", "theme_color": "#0d5c53", "icons": icons,
    }  # fmt: skip
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/manifest+json")


@router.get("/service-worker.js")
async def worker() -> Response:
    """At the root, so that it may answer for the plan; it may speak to this site alone."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
    return Response(static_file("service-worker.js"), media_type="text/javascript; charset=utf-8", headers=headers)
