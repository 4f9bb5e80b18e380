"""/v1/me/push-subscriptions: the devices on which you asked to be told (Web Push)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller, services_of
from app.services import devices

router = APIRouter(prefix="/v1/me", responses=doc.PROBLEMS)
public_router = APIRouter(prefix="/v1")


class Keys(BaseModel):
    """`p256dh`: the device's public key (65 bytes); `auth`: its secret (16 bytes). Both base64url (RFC 8291)."""

    model_config = ConfigDict(extra="forbid")

    p256dh: Annotated[str, Field(max_length=100)]
    auth: Annotated[str, Field(max_length=40)]


class NewSubscription(BaseModel):
    """`PushSubscription.toJSON()` of the browser, as it is; `device` is a name that you will know it by."""

    model_config = ConfigDict(extra="forbid")

    endpoint: Annotated[str, Field(max_length=2_000)]
    expirationTime: Annotated[float | None, Field(ge=0, le=2**53)] = None
    keys: Keys
    device: Annotated[str, Field(max_length=80)] = ""


@router.get("/push-subscriptions", responses=doc.OK)
async def get_push_subscriptions(request: Request) -> Response:
    """The devices on which you asked to be told; never their addresses or keys."""
    me = caller(request)
    return plain(await devices.mine(me.services, me.who))


@router.post("/push-subscriptions", status_code=201, responses=doc.MADE)
async def post_push_subscription(request: Request, sent: NewSubscription) -> Response:
    """Be told on this device. Sent again with the same endpoint, it is the same subscription, with its new keys."""
    me = caller(request)
    wanted = devices.Wanted(sent.endpoint, sent.keys.p256dh, sent.keys.auth, sent.device, sent.expirationTime)
    return plain(await devices.add(me.services, me.who, wanted), 201)


@router.delete("/push-subscriptions/{subscription}", status_code=204, responses=doc.ABSENT)
async def delete_push_subscription(request: Request, subscription: str) -> Response:
    """Be told nothing more on this device."""
    me = caller(request)
    if not await devices.end(me.services, me.who, subscription):
        raise HTTPException(404)
    return Response(status_code=204)


@public_router.get("/push-key", responses=doc.OK | doc.ABSENT)
def get_push_key(request: Request) -> Response:
    """The key (`applicationServerKey`, base64url) with which a browser subscribes: what is sent is signed with it."""
    return plain({"key": devices.public_key(services_of(request))}, cache="public, max-age=3600")
