"""The trace context of the request that is being answered: it goes on with what is published."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, Protocol

from broker.messaging.messages import Outgoing

_TRACEPARENT: Final = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_LONGEST_STATE: Final = 512
"""Characters that have to be carried on (https://www.w3.org/TR/trace-context/#tracestate-limits)."""
_HERE: Final[ContextVar[Mapping[str, str]]] = ContextVar("trace context")
_NONE: Final[Mapping[str, str]] = {}


class RequestSpans(Protocol):
    """See consumers.runtime.tracing.requests: there where traces are switched on."""

    def begin(self, method: str, came: Mapping[str, str]) -> tuple[Any, Mapping[str, str]]: ...

    def end(self, span: Any, method: str, route: str, status: int) -> None: ...

    def sending(self, message: Outgoing) -> AbstractContextManager[Outgoing]: ...


def came_with(headers: Mapping[bytes, bytes]) -> Mapping[str, str]:
    """W3C's two headers of a request, as far as they are any."""
    parent = headers.get(b"traceparent")
    if parent is None or not _TRACEPARENT.fullmatch(parent):
        return _NONE
    trace = {"traceparent": parent.decode()}
    state = headers.get(b"tracestate", b"")
    if state and len(state) <= _LONGEST_STATE and state.isascii():
        trace["tracestate"] = state.decode()
    return trace


def goes_on(trace: Mapping[str, str]) -> None:
    """From now on this is the context of the request."""
    _HERE.set(trace)


def trace_here() -> Mapping[str, str]:
    """The context of the request that is being answered; nothing outside of one."""
    return _HERE.get(_NONE)


def sent_by(spans: RequestSpans | None, message: Outgoing) -> AbstractContextManager[Outgoing]:
    """The message while it is sent; with a span of its own, where traces are switched on."""
    return nullcontext(message) if spans is None else spans.sending(message)
