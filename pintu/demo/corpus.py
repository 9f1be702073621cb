"""The demonstration's complaints. All are invented; whatever they say of real places is not so."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from schemas.complaint import SUBMITTED
from schemas.envelope import CONTENT_TYPE
from schemas.properties import Headers

_NOT_DATA = ("channel", "id", "expect")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as an adapter publishes it. ``why`` says what is unusual about it."""

    channel: str
    body: bytes
    content_type: str | None
    content_encoding: str | None
    headers: Headers
    message_id: str | None
    why: str | None


def complaints(prefix: str = "") -> Iterator[Delivery]:
    """Ordinary complaints: CloudEvents in structured mode. With another ``prefix`` of their ids
    they are others."""
    for line in _lines("complaints.jsonl"):
        channel, id = line["channel"], f"{prefix}{line['id']}"
        event = {
            "specversion": "1.0",
            "id": id,
            "source": f"/channels/{channel}",
            "type": SUBMITTED,
            "datacontenttype": "application/json",
            "data": {name: value for name, value in line.items() if name not in _NOT_DATA},
        }
        yield Delivery(channel, json.dumps(event).encode(), CONTENT_TYPE, None, {}, id, None)


def unusual() -> Iterator[Delivery]:
    """Other forms that are accepted, repeats, and messages that cannot be used."""
    for line in _lines("odd.jsonl"):
        body = (
            base64.b64decode(line["body_base64"])
            if "body_base64" in line
            else line["body"].encode()
        )
        yield Delivery(
            line["channel"],
            body,
            line.get("content_type"),
            line.get("content_encoding"),
            line.get("headers") or {},
            line.get("message_id"),
            line["why"],
        )


def _lines(name: str) -> Iterator[dict[str, Any]]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        if line.strip():
            yield json.loads(line)
