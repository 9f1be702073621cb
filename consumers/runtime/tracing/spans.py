"""Spans as OpenTelemetry's conventions for messaging have them: names, kinds, attributes, links.

No attribute says anything of a person. What others wrote, ids of adapters and names of people at
the desk included, is no attribute at all; codes, and ids that this system derived, are.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, TypeAlias

import structlog
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing, trace_of
from config.logging import where
from consumers.runtime.tracing.keys import SafeKeys

log = structlog.get_logger()

Attributes: TypeAlias = dict[str, str | int]

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_PARENT: Final = "traceparent"
_STATE: Final = "tracestate"
_SYSTEM: Final = "messaging.system"
_OPERATION: Final = "messaging.operation.name"
_OPERATION_TYPE: Final = "messaging.operation.type"
_DESTINATION: Final = "messaging.destination.name"
_KEY: Final = "messaging.rabbitmq.destination.routing_key"
_ID: Final = "messaging.message.id"
_SIZE: Final = "messaging.message.body.size"
_MANY: Final = "messaging.batch.message_count"
_EVENT: Final = "cloudevents.event_type"
_ERROR: Final = "error.type"


class Spans:
    """The spans of one part, which consumes from ``queue``."""

    def __init__(self, tracer: Tracer, queue: str, keys: SafeKeys) -> None:
        self._tracer = tracer
        self._queue = queue
        self._keys = keys

    def batch(self, messages: Sequence[Incoming]) -> Span | None:
        """Several messages that are done together: linked to where each was sent. The span of a
        message links to it. One alone needs none."""
        if len(messages) < 2:
            return None
        sent = [_context_of(parent_of(trace_of(one.properties))) for one in messages]
        return self._tracer.start_span(
            f"receive {self._queue}",
            Context(),  # a trace of its own
            SpanKind.CLIENT,
            self._attributes("receive", self._queue) | {_MANY: len(messages)},
            [Link(context) for context in sent if context.is_valid],
        )

    def process(self, message: Incoming, batch: Span | None) -> tuple[Span, Mapping[str, str]]:
        """What is done about a message, and the trace context that it is handled under."""
        came = trace_of(message.properties)
        parent = parent_of(came)
        attributes = self._attributes("process", self._queue)
        attributes[_KEY] = self._keys.shown(message.exchange, message.routing_key)
        attributes[_SIZE] = len(message.body)
        if message.exchange == names.EVENTS:  # of ours: derived, and no name that a stranger gave
            attributes |= _named(message.properties.message_id, message.properties.type)
        span = self._tracer.start_span(
            f"process {self._queue}",
            parent,
            SpanKind.CONSUMER,
            attributes,
            [Link(batch.get_span_context())] if batch is not None else (),
        )
        return span, carried_on(came, parent, span)

    @contextmanager
    def sending(self, outgoing: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
        """What is published while the block runs, each with the context of its own span; they
        end when all of it is confirmed."""
        spans: list[Span] = []
        try:
            traced = [self._sent(one, spans) for one in outgoing]
        except Exception as error:  # what is only told of must not end the work
            log.error("tracing.failed", traceback=where(error))
            traced = list(outgoing)
        try:
            yield traced
        except BaseException as error:
            for span in spans:
                self.failed(span, error)
            raise
        finally:
            for span in spans:
                span.end()

    def failed(self, span: Span, error: BaseException) -> None:
        """It was not done, or not this time: with the kind of the error, whose words could quote
        a complaint, and no more."""
        span.set_attribute(_ERROR, type(error).__qualname__)
        span.set_status(Status(StatusCode.ERROR))

    def _sent(self, message: Outgoing, spans: list[Span]) -> Outgoing:
        # A watermark, a probe and what is parked carry none.
        if _PARENT not in message.headers:
            return message
        attributes = self._attributes("send", message.exchange)
        attributes[_KEY] = self._keys.shown(message.exchange, message.routing_key)
        attributes[_SIZE] = len(message.body)
        if message.exchange == names.EVENTS:
            attributes |= _named(message.message_id, message.type)
        parent = parent_of(message.headers)
        span = self._tracer.start_span(
            f"send {message.exchange}", parent, SpanKind.PRODUCER, attributes
        )
        if not span.is_recording():
            return message  # the context that it has says so too
        spans.append(span)
        trace = carried_on(message.headers, parent, span)
        return replace(message, headers={**message.headers, **trace})

    def _attributes(self, operation: str, destination: str) -> Attributes:
        return {
            _SYSTEM: "rabbitmq",
            _OPERATION: operation,
            _OPERATION_TYPE: operation,
            _DESTINATION: destination,
        }


def _named(message_id: str | None, kind: str | None) -> Attributes:
    return {name: value for name, value in ((_ID, message_id), (_EVENT, kind)) if value}


def parent_of(carrier: Mapping[str, object]) -> Context:
    """Without ``tracestate``, which is a stranger's: it goes on untouched, and into no span."""
    return _PROPAGATOR.extract({_PARENT: str(carrier.get(_PARENT, ""))}, Context())


def _context_of(parent: Context) -> SpanContext:
    return get_current_span(parent).get_span_context()


def carried_on(came: Mapping[str, object], parent: Context, span: Span) -> dict[str, str]:
    """Both headers. A ``tracestate`` that came without a usable ``traceparent`` says nothing."""
    context = span.get_span_context()
    made = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 0xFF:02x}"
    state = came.get(_STATE)
    keep = isinstance(state, str) and _context_of(parent).is_valid
    return {_PARENT: made, _STATE: str(state)} if keep else {_PARENT: made}
