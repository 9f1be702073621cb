"""Who asks: ``api_key``, as GeoReport sends it, or a header for clients that cannot."""

import binascii
from base64 import b64decode

from fastapi import Request

from gateway.api.callers import Caller, channel_of
from gateway.api.world import Gateway
from gateway.open311.forms import Fields


async def channel(request: Request, world: Gateway, fields: Fields, scope: str) -> Caller:
    """The channel whose key came along, if it is good for that. Raises Problem.

    By ``api_key``, else by ``Authorization``: ``Bearer``, or ``Basic`` with the key as password
    or name, which is what a client makes of ``https://:KEY@host/``: many send no ``api_key`` when
    they only read.
    """
    shown = fields.one("api_key") or _basic(request)
    return await channel_of(request, world, scope, shown)


def _basic(request: Request) -> str | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = b64decode(given, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return ""
    return password or name
