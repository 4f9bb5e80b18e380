"""A small FHIR server, a process of its own: `python server.py PORT ISSUER`. It believes an access token when the
provider does (user-info), and gives the record of whom it is. The first part of the path is how it behaves:

good         `$everything` in pages of 3
searches     no `$everything`: searches by type, some of which it refuses
other        the record of somebody else
elsewhere    the next page is at another address
loop         the next page is the same one
html         not FHIR
large        more than anybody wants
broken       an error in the middle
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

PORT, ISSUER = int(sys.argv[1]), sys.argv[2]
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def patient(family: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": "p1", "name": [{"use": "official", "family": family, "given": ["ANNE"]}],
        "birthDate": "1968-02-03", "gender": "female",
    }


def observation(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": LOINC, "code": "29463-7"}]}, "effectiveDateTime": f"2026-0{number}-01",
        "valueQuantity": {"value": 60 + number, "unit": "kg", "system": UCUM, "code": "kg"},
    }


DOCUMENT = {
    "resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": {"reference": "Patient/p1"},
    "content": [{"attachment": {"contentType": "text/xml", "url": "Binary/b1"}}],
}
BINARY = {"resourceType": "Binary", "id": "b1", "contentType": "text/xml", "data": b64encode(b"<not-cda/>").decode()}


async def answer(request: Request) -> Response:
    mode, path = request.path_params["mode"], request.path_params["path"]
    async with httpx.AsyncClient() as http:
        known = await http.get(f"{ISSUER}/me", headers={"Authorization": request.headers.get("authorization", "")})
    if known.status_code != 200:
        return JSONResponse({"resourceType": "OperationOutcome"}, 401)
    base = f"http://127.0.0.1:{PORT}/{mode}/fhir"
    page = int(request.query_params.get("page", "0"))
    everybody = [patient("TEST-AUTRE" if mode == "other" else "TEST-DURAND")]
    everything = [*everybody, *(observation(n) for n in range(1, 8)), DOCUMENT]
    if path == "Binary/b1":
        return JSONResponse(BINARY)
    if path.endswith("$everything"):
        return everything_of(mode, base, page, everything)
    if path == "Patient":
        return searchset(everybody)
    if mode == "searches" and path in {"Observation", "DocumentReference"}:
        if request.query_params.get("patient") != "p1":
            return JSONResponse({"resourceType": "OperationOutcome"}, 400)
        kept = [one for one in everything if one["resourceType"] == path]
        return searchset(kept[page * 3 : page * 3 + 3], following(request, page) if kept[page * 3 + 3 :] else None)
    return JSONResponse({"resourceType": "OperationOutcome"}, 404)


def everything_of(mode: str, base: str, page: int, every: list[dict[str, Any]]) -> Response:
    here = f"{base}/Patient/p1/$everything"
    if mode == "searches":
        return JSONResponse({"resourceType": "OperationOutcome"}, 404)
    if mode == "html":
        return PlainTextResponse("<html>")
    if mode == "broken" and page == 1:
        return JSONResponse({"resourceType": "OperationOutcome"}, 500)
    if mode == "large":
        return Response(json.dumps({"resourceType": "Bundle", "text": "x" * 60_000_000}), media_type="application/json")
    following = {"elsewhere": "http://localhost:1/fhir?page=1", "loop": here}.get(mode, f"{here}?page={page + 1}")
    last = not every[page * 3 + 3 :] and mode != "loop"
    return searchset(every[page * 3 : page * 3 + 3], None if last else following)


def following(request: Request, page: int) -> str:
    return str(request.url.include_query_params(page=page + 1))


def searchset(found: list[dict[str, Any]], following: str | None = None) -> Response:
    links = [{"relation": "next", "url": following}] if following else []
    entries = [{"resource": one} for one in found]
    return JSONResponse({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries})


if __name__ == "__main__":
    app = Starlette(routes=[Route("/{mode}/fhir/{path:path}", answer)])
    print("starting", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="error")
