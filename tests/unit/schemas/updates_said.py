"""Updates as their senders write them, read."""

import json
from typing import Any

from schemas.properties import Properties
from schemas.updates import BadUpdate, Update, read_update

CASE = "f738defa-6ceb-55dc-ae3d-a318461297d8"
TRACKING = "YWWD-XYKC-XDE1"
OTHER_TRACKING = "0000-0000-0000"


def said(
    key: str, *, bare: bool = False, event: dict[str, Any] | None = None, **data: Any
) -> Update | BadUpdate:
    """An update under that routing key: an event around the data, or a bare object.

    ``event``: attributes that are other than usual.
    """
    if bare:
        body: dict[str, Any] = {"complaint_id": CASE} | data
        properties = Properties(content_type="application/json", message_id="u-1")
    else:
        body = {"specversion": "1.0", "id": "u-1", "source": "/somebody", "subject": CASE}
        body |= {"data": data} | (event or {})
        properties = Properties(content_type="application/cloudevents+json")
    return read_update(json.dumps(body).encode(), properties, key)


def understood(key: str, **given: Any) -> Update:
    found = said(key, **given)
    assert isinstance(found, Update), found
    return found


def refused(key: str, why: str = "bad-data", **given: Any) -> str:
    """What the sender is told."""
    found = said(key, **given)
    assert isinstance(found, BadUpdate), found
    assert found.reason == why
    return found.detail
