"""Connections of the gateway: bounded in number, in time, and in the size of what is no request.

uvicorn alone waits for ever for a request that never ends, takes heads of any size, and discards
what comes after an answer as long as it comes. Heads that a proxy before it may understand
otherwise are refused here (https://www.rfc-editor.org/rfc/rfc9112, sections 3.2, 6 and 11.2); those
that are no HTTP at all, by the parser.
"""

import asyncio
import resource
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Final, cast
from uuid import uuid4

import httptools
from fastapi import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gateway.api.problems import Problem, answer_to

_MOST: Final = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """``connections``: more at once push out those that have waited longest without a request.
    Seconds: until a head is there; of nothing between two requests; for the rest of a body whose
    request was answered already; of a reader who takes nothing of an answer. Bytes: of a head; of
    such a rest."""

    connections: int
    head_within: float = 15.0
    idle: float = 65.0
    rest_within: float = 10.0
    unread: float = 60.0
    head: int = 64 * 1024
    rest: int = 16 * 1024 * 1024


def limits_here() -> Limits:
    """Half of the files that this process may open at once are left for what it works with."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Limits(_MOST if soft == resource.RLIM_INFINITY else max(16, min(_MOST, soft // 2)))


class Connections:
    """All that are open. ``refused`` hears the status of each that never became a request."""

    def __init__(self, limits: Limits, refused: Callable[[int], None] = lambda _: None) -> None:
        self.limits = limits
        self.refused = refused
        self._open: dict[Connection, None] = {}

    @property
    def protocol(self) -> type[asyncio.Protocol]:
        """What uvicorn makes a connection with."""
        return cast("type[asyncio.Protocol]", partial(Connection, self))

    async def run(self, every: float = 1.0) -> None:
        """End those whose time is over."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(every)
            now = loop.time()
            for one in [one for one in self._open if one.overdue(now)]:
                one.transport.abort()

    def opened(self, new: "Connection") -> None:
        if len(self._open) >= self.limits.connections:
            waiting = [one for one in self._open if not one.working]
            if waiting:
                longest = min(waiting, key=lambda one: one.since)
                self.closed(longest)
                longest.transport.abort()
        self._open[new] = None

    def closed(self, one: "Connection") -> None:
        self._open.pop(one, None)


class Part(Enum):
    """Where in a message the next byte belongs."""

    NONE = "none"
    HEAD = "head"
    BODY = "body"


class Connection(HttpToolsProtocol):
    """One of them."""

    def __init__(self, all: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._all = all
        self._limits = all.limits
        self._part = Part.NONE
        self._size = 0
        self._refusal: Problem | None = None
        self._offers = False
        self._until: float | None = None
        self._unread, self._read_at = 0, 0.0
        self.since = 0.0
        """When it began to wait for what it waits for."""

    @property
    def working(self) -> bool:
        """A whole request is here, and its answer is not out."""
        return self._part is not Part.BODY and self._answering

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def overdue(self, now: float) -> bool:
        """Whether it has had its time."""
        unread = self.transport.get_write_buffer_size()
        if unread != self._unread:
            self._unread, self._read_at = unread, now
        if unread:
            return now - self._read_at > self._limits.unread
        return self._until is not None and now > self._until and not self._answering

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self._limits.head_within)
        self._all.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()  # the time between two requests is measured here
        self._size += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refuse()
            return
        if self._part is Part.HEAD and self._size > self._limits.head:
            self._refusal = Problem("head-too-large", {"most": self._limits.head})
            self._refuse()
        elif self._part is Part.BODY and not self._answering and self._size > self._limits.rest:
            self.transport.abort()

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as other:
                data = self._without_offer() + data[other.args[0] :]

    def _without_offer(self) -> bytes:
        """The head of a request that offers another protocol, as if it did not (RFC 9110, section
        7.8): the parser takes its body for the other protocol's."""
        self._offers = False
        line = b"%s %s HTTP/%s\r\n" % (
            self.parser.get_method(), self.url, self.parser.get_http_version().encode(),
        )  # fmt: skip
        headers = [(name, value) for name, value in self.headers if name != b"upgrade"]
        return b"".join((line, *(b"%s: %s\r\n" % pair for pair in headers), b"\r\n"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._part, self._size = Part.HEAD, 0
        self._wait(self._limits.head_within)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._offers = True
            return
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._limits.head:
            self._refusal = Problem("head-too-large", {"most": self._limits.head})
        elif (fault := self._fault()) is not None:
            self._refusal = Problem("bad-request", {"detail": fault})
        if self._refusal is not None:
            raise ValueError  # the parser gives it on as its own
        super().on_headers_complete()
        self._part, self._size = Part.BODY, 0

    def _fault(self) -> str | None:
        named = [value for name, value in self.headers if name == b"host"]
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        current = self.parser.get_http_version() == "1.1"
        if len(named) > 1 or (current and not named):
            return "Host"
        # One coding that is not last, or not known here, is one that others may read otherwise.
        if codings and not (current and codings[0].strip().lower() == b"chunked"):
            return "Transfer-Encoding"
        return None

    def on_message_complete(self) -> None:
        if self._offers:
            return
        self._part = Part.NONE
        super().on_message_complete()
        if not self._answering:
            self._wait(self._limits.idle)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._answering:
            return  # the next of several that were sent at once
        self._size = 0
        within = {Part.HEAD: self._limits.head_within, Part.BODY: self._limits.rest_within}
        self._wait(within.get(self._part, self._limits.idle))

    def _wait(self, seconds: float) -> None:
        self.since = self.loop.time()
        self._until = self.since + seconds

    def _refuse(self) -> None:
        """What came is no request; whatever came before it is still answered."""
        if self._answering and self._part is not Part.BODY:
            self.cycle.keep_alive = False
            return
        if self._part is not Part.BODY or not self.cycle.response_started:
            self._say(self._refusal or Problem("bad-request", {"detail": "HTTP/1.1"}))
        self.transport.close()

    def _say(self, problem: Problem) -> None:
        scope = {"type": "http", "headers": self.headers or [], "state": {"id": uuid4().hex}}
        answer = answer_to(Request(scope), problem)
        headers = [*self.server_state.default_headers, *answer.raw_headers, *_CLOSES]
        lines = b"".join(b"%s: %s\r\n" % pair for pair in headers)
        line = STATUS_LINE[answer.status_code]
        self.transport.write(b"%s%s\r\n%s" % (line, lines, bytes(answer.body)))
        self._all.refused(answer.status_code)


_CLOSES: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"connection", b"close"),
)
