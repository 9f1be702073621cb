"""Spans of requests over HTTP, as OpenTelemetry's conventions have them, and of what they publish.

No address is in one: it may hold a tracking code or a pin. The route as it is written is.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from broker.messaging.messages import Outgoing
from consumers.runtime.tracing.spans import Spans, carried_on, parent_of

_METHOD: Final = "http.request.method"
_ROUTE: Final = "http.route"
_STATUS: Final = "http.response.status_code"
_ERROR: Final = "error.type"
_FAILED: Final = 500
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER: Final = "_OTHER"
"""What the conventions call a method that nobody knows."""


class RequestSpans:
    """https://opentelemetry.io/docs/specs/semconv/http/http-spans/, of a server."""

    def __init__(self, tracer: Tracer, sent: Spans) -> None:
        self._tracer = tracer
        self._sent = sent

    def begin(self, method: str, came: Mapping[str, str]) -> tuple[Span, Mapping[str, str]]:
        """A request came, under that trace context if any: its span, and the context that goes on
        with whatever it publishes."""
        known = method if method in _METHODS else _OTHER
        parent = parent_of(came)
        span = self._tracer.start_span(known, parent, SpanKind.SERVER, {_METHOD: known})
        return span, carried_on(came, parent, span)

    def end(self, span: Span, method: str, route: str, status: int) -> None:
        """It was answered; ``status`` 0 where its caller hung up."""
        known = method if method in _METHODS else _OTHER
        span.update_name(f"{known} {route}")
        span.set_attribute(_ROUTE, route)
        if status:
            span.set_attribute(_STATUS, status)
        if status >= _FAILED:
            span.set_attribute(_ERROR, str(status))
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    @contextmanager
    def sending(self, message: Outgoing) -> Iterator[Outgoing]:
        """What a request publishes while the block runs, with the context of a span of its own."""
        messages: Sequence[Outgoing]
        with self._sent.sending([message]) as messages:
            yield messages[0]
