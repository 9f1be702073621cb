"""One POST, and what it came to."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp

from consumers.webhooks.connecting import ANSWER_WITHIN, Connections, ForbiddenAddress
from consumers.webhooks.targets import Target

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
_MOST_OF_BODY: Final = 16 * 1024
_BODY_WITHIN: Final = 2.0
"""Seconds. What counts is the status; the rest is read so that the connection can be used again."""
_LONGEST_WAIT: Final = 10**7


@dataclass(frozen=True, slots=True)
class Answer:
    """What a POST came to.

    ``status``: None where there was no answer. ``words``: for an operator; nothing in it is the
    endpoint's own. ``body``: what of the answer was read. ``after``: for how long the endpoint
    wants to be left alone.
    """

    status: int | None
    words: str
    seconds: float
    body: bytes = b""
    after: timedelta | None = None

    @property
    def received(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == HTTPStatus.GONE


async def post(
    connections: Connections,
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    wall: Callable[[], datetime],
) -> Answer:
    """Send it; never raises for what the endpoint does. Redirects are not followed: each would be
    an address that nobody has checked, and a signature for somebody else."""
    began = time.monotonic()

    def after(
        status: int | None, words: str, read: bytes = b"", wait: timedelta | None = None
    ) -> Answer:
        return Answer(status, words, time.monotonic() - began, read, wait)

    try:
        async with connections.to(target).post(
            target.url,
            data=body,
            headers={"Content-Type": CONTENT_TYPE, **headers},
            allow_redirects=False,
        ) as answer:
            wait = _wanted(answer.headers.get("Retry-After"), wall())
            return after(answer.status, _words(answer.status), await _read(answer), wait)
    except TimeoutError:
        return after(None, f"no answer within {ANSWER_WITHIN:g} s")
    except aiohttp.ClientConnectorCertificateError as why:
        return after(None, f"its certificate is not trusted: {why.certificate_error}"[:200])
    except aiohttp.ClientConnectorError as why:
        forbidden = _forbidden(why)
        return after(None, str(forbidden) if forbidden else f"no connection: {_reason(why)}")
    except (aiohttp.ClientError, OSError, ValueError) as why:
        # A ValueError: a redirect or a header that no library reads.
        return after(None, f"no usable answer: {type(why).__name__}")


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """A little of the answer. One that is longer, or slow, is left; its connection is closed."""
    read = bytearray()
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(_BODY_WITHIN):
            while len(read) < _MOST_OF_BODY and (part := await answer.content.readany()):
                read += part
    if not answer.content.at_eof():
        answer.close()
    return bytes(read[:_MOST_OF_BODY])


def _words(status: int) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: redirects are not followed; give the address that it leads to"
    with suppress(ValueError):
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    return f"HTTP {status}"


def _forbidden(why: BaseException) -> ForbiddenAddress | None:
    """Where that was the reason. Of several addresses the errors come in a group."""
    seen: list[BaseException | None] = [why]
    while seen:
        one = seen.pop()
        if isinstance(one, ForbiddenAddress):
            return one
        if one is not None:
            seen += [getattr(one, "os_error", None), one.__cause__, one.__context__]
            seen += getattr(one, "exceptions", ())
            seen += [each for each in one.args if isinstance(each, BaseException)]
    return None


def _reason(why: aiohttp.ClientConnectorError) -> str:
    return (why.strerror or type(why.os_error).__name__)[:150]


def _wanted(value: str | None, now: datetime) -> timedelta | None:
    """What Retry-After asks for, in either form of RFC 9110; None for anything else."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), _LONGEST_WAIT))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return None if moment.tzinfo is None else max(moment - now, timedelta())
