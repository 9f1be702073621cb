"""Builders: say what matters to a test, leave the rest to them."""

import json
from typing import Any

from broker.messaging.messages import Incoming
from schemas.complaint import SUBMITTED
from schemas.envelope import CONTENT_TYPE
from schemas.properties import Properties


def an_event(id: str = "1", channel: str = "web", **data: Any) -> dict[str, Any]:
    """A submitted complaint in CloudEvents structured mode."""
    return {
        "specversion": "1.0",
        "id": id,
        "source": f"/channels/{channel}",
        "type": SUBMITTED,
        "data": {"text": "jalan berlubang di depan pasar"} | data,
    }


def a_message(
    body: bytes | dict[str, Any] | None = None,
    *,
    key: str = "web",
    content_type: str | None = CONTENT_TYPE,
    tag: int = 1,
    redelivered: bool = False,
    **properties: Any,
) -> Incoming:
    """A delivery from the intake."""
    raw = body if isinstance(body, bytes) else json.dumps(body or an_event()).encode()
    return Incoming(
        raw,
        "complaints.intake",
        key,
        Properties(content_type=content_type, **properties),
        redelivered,
        tag,
    )
