"""The AMQP 0-9-1 properties of a message, as a value that knows no client library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Headers = Mapping[str, Any]
"""The table of headers of a message; its values are of any kind that AMQP knows."""


@dataclass(frozen=True, slots=True)
class Properties:
    """Basic properties as they came in; what could not be decoded is None, never an error."""

    content_type: str | None = None
    content_encoding: str | None = None
    headers: Headers = field(default_factory=dict)
    delivery_mode: int | None = None
    priority: int | None = None
    correlation_id: str | None = None
    reply_to: str | None = None
    expiration: str | None = None
    message_id: str | None = None
    timestamp: int | None = None
    """Seconds since 1970 UTC, as sent: may be absurd."""
    type: str | None = None
    user_id: str | None = None
    app_id: str | None = None
