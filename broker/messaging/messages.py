"""What comes in and what is to go out, as values. Nothing here settles a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.envelope import CONTENT_TYPE
from schemas.properties import Properties

TRACE_HEADERS = ("traceparent", "tracestate")
"""The only headers of an incoming message that go on (W3C Trace Context)."""

_LONGEST_TRACE = 512
"""Characters that W3C Trace Context asks to be carried on at least."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A delivered message; ``tag`` belongs to the subscription that delivered it."""

    body: bytes
    exchange: str
    routing_key: str
    properties: Properties
    redelivered: bool
    tag: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish, persistent and confirmed; ``message_id`` is unique in its batch."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    type: str | None = None
    content_type: str | None = CONTENT_TYPE
    headers: Mapping[str, Any] = field(default_factory=dict)
    mandatory: bool = True


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
