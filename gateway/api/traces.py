"""The trace context of the request that is being answered: it goes on with what is published."""

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, Protocol

from broker.messaging.messages import Outgoing

_FORM: Final = re.compile(
    rb"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    rb"(?P<more>-[!-~]*)?"
)
_PRINTABLE: Final = re.compile(rb"[ -~]+")
_LONGEST: Final = 512
"""Characters of a state that have to be carried on
(https://www.w3.org/TR/trace-context/#tracestate-limits)."""
_WITH_KEYS: Final = "/open311/"
"""Where keys are parameters."""
_HERE: Final[ContextVar[Mapping[str, str]]] = ContextVar("trace context")
_NONE: Final[Mapping[str, str]] = {}


class RequestSpans(Protocol):
    """See consumers.runtime.tracing.requests: there where traces are switched on."""

    def begin(self, method: str, came: Mapping[str, str]) -> tuple[Any, Mapping[str, str]]: ...

    def end(self, span: Any, method: str, route: str, status: int) -> None: ...

    def sending(self, message: Outgoing) -> AbstractContextManager[Outgoing]: ...


def came_with(path: str, headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """W3C's two headers of a request as they came; nothing without a usable ``traceparent``.

    Only of callers who show a key: whoever chooses the trace also chooses whether it is recorded.
    """
    given, states, shown = list[bytes](), list[bytes](), path.startswith(_WITH_KEYS)
    for name, value in headers:
        if name == b"traceparent":
            given.append(value)
        elif name == b"tracestate":
            states.append(value)
        elif name == b"authorization":
            shown = True
    if not shown or len(given) != 1 or len(given[0]) > _LONGEST:
        return _NONE
    form = _FORM.fullmatch(given[0])
    # Of version 00 all is known; a later one may say more.
    if form is None or (form["more"] and form["version"] == b"00"):
        return _NONE
    trace, state = {"traceparent": given[0].decode()}, b",".join(states)
    if len(state) <= _LONGEST and _PRINTABLE.fullmatch(state):
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
