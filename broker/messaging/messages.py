"""What comes in and what is to go out, as values. Nothing here acknowledges a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.messaging import fitting
from schemas.envelope import CONTENT_TYPE
from schemas.limits import SHORT_STRING
from schemas.properties import Headers, Properties

TRACE_HEADERS = ("traceparent", "tracestate")
"""The only headers of an incoming message that go on (W3C Trace Context)."""

_SHORT = ("routing_key", "message_id", "type", "content_type", "correlation_id")

_LONGEST_TRACE = 512
"""Characters that W3C Trace Context asks to be carried on at least."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A delivered message; ``tag`` belongs to the subscription that delivered it.

    ``trace``: the trace context that it is handled under, where that is not the one it came with.
    """

    body: bytes
    exchange: str
    routing_key: str
    properties: Properties
    redelivered: bool
    tag: int
    trace: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish, persistent and confirmed; ``message_id`` is unique in its batch.

    Routing key, ids, type, content type and headers are made to fit, whatever they were made of:
    see broker.messaging.fitting. The exchange is always one of ours.
    """

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    type: str | None = None
    content_type: str | None = CONTENT_TYPE
    headers: Headers = field(default_factory=dict)
    mandatory: bool = True
    correlation_id: str | None = None
    """Of an answer: what the question came with."""

    def __post_init__(self) -> None:
        if self.headers:
            object.__setattr__(self, "headers", fitting.headers(self.headers))
        together = f"{self.routing_key}{self.message_id}{self.type}{self.content_type}"
        if self.correlation_id is not None:
            together += self.correlation_id
        if len(together) <= SHORT_STRING and together.isascii():
            return  # each of them, then
        for name in _SHORT:
            given = getattr(self, name)
            if given is not None and (fitted := fitting.short(given)) is not given:
                object.__setattr__(self, name, fitted)


def trace_of(properties: Properties) -> dict[str, str]:
    """The trace context of an incoming message, to be carried on."""
    headers = properties.headers
    if not headers:
        return {}
    return {
        name: value
        for name in TRACE_HEADERS
        if isinstance(value := headers.get(name), str) and len(value) <= _LONGEST_TRACE
    }


def trace_context(message: Incoming) -> Mapping[str, str]:
    """What goes on with everything that is made of a message: the context that it is handled
    under, else the one that it came with."""
    return trace_of(message.properties) if message.trace is None else message.trace
