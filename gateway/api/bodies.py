"""Bodies of requests: bounded in size and time, and JSON objects."""

import asyncio
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request

from gateway.api.problems import Problem
from schemas.limits import MAX_BODY
from schemas.unpacking import UnusableBody, json_object

BODY_WITHIN: Final = 15.0
"""Seconds in which a body must have arrived."""
_KEY: Final = 200
"""Characters of an idempotency key."""


async def object_of(request: Request, *, may_be_empty: bool = False) -> dict[str, object]:
    """The JSON object in a request. Raises Problem."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem("unsupported-type")
    body = await body_of(request)
    if not body.strip() and may_be_empty:
        return {}
    return as_object(body)


def as_object(body: bytes) -> dict[str, object]:
    """The JSON object that these bytes are. Raises Problem."""
    try:
        return dict(json_object(body))
    except UnusableBody as why:
        # Where and what for; never a word of what was sent.
        code = "bad-data" if why.reason == "too-many-values" else "not-json"
        raise Problem(code, {"detail": why.detail}, more={"reason": why.reason}) from None


async def body_of(request: Request, most: int = MAX_BODY) -> bytes:
    """The body, whole. Raises Problem where it is too large, or does not arrive."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most:
        raise Problem("too-large", {"most": most})
    parts, size = list[bytes](), 0
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise Problem("too-large", {"most": most})
                parts.append(part)
    except TimeoutError:
        raise Problem("too-slow", {"seconds": f"{BODY_WITHIN:g}"}) from None
    return b"".join(parts)


async def form_of(request: Request, most: int) -> dict[str, list[str]]:
    """Fields of a form as browsers send it. Raises Problem."""
    raw = await body_of(request, most)
    try:
        return parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise Problem("bad-request", {"detail": "application/x-www-form-urlencoded"}) from None


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key of a request. Raises Problem for one that cannot be used."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    key = key.strip().strip('"')
    if not key or len(key) > _KEY or not key.isascii() or not key.isprintable():
        detail = f"Idempotency-Key: 1 .. {_KEY} ASCII"
        raise Problem("bad-request", {"detail": detail})
    return key
