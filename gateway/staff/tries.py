"""What people and operators are told of a try to sign in."""

import math
from typing import Final

import structlog
from fastapi import Response

from gateway.access.entering import Tried
from gateway.api.world import Gateway

log = structlog.get_logger()

_STATUS: Final = {"ok": 200, "wrong": 403, "locked": 429, "busy": 503}
_SOON: Final = 5
"""Seconds after which somebody may try again where too many did at once."""


def tell(world: Gateway, tried: Tried) -> None:
    """Count it; a name is not logged: what was typed there may be a password."""
    world.metrics.signed_in(tried.outcome)
    if tried.begins:
        world.metrics.locked_out()
        log.warning("people.locked_out", seconds=_seconds(tried, world))


def status_of(tried: Tried) -> int:
    """Of the answer."""
    return _STATUS[tried.outcome]


def wait_of(tried: Tried | None, world: Gateway) -> int | None:
    """Minutes until the next try is looked at, where one has to wait."""
    return None if tried is None or tried.until is None else math.ceil(_seconds(tried, world) / 60)


def with_wait(answer: Response, tried: Tried | None, world: Gateway) -> Response:
    """With the header that says so to programs."""
    if tried is not None and tried.outcome == "locked":
        answer.headers["Retry-After"] = str(_seconds(tried, world))
    elif tried is not None and tried.outcome == "busy":
        answer.headers["Retry-After"] = str(_SOON)
    return answer


def _seconds(tried: Tried, world: Gateway) -> int:
    return 0 if tried.until is None else max(1, int((tried.until - world.wall()).total_seconds()))
