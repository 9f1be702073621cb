"""Agencies, the desk and reporters of the demonstration, as they publish on the broker."""

import json
from itertools import count
from typing import Any, Final

from broker.messaging.names import INTAKE, UPDATES
from pintu.demo.stage import Event, Heard, Stage
from schemas.envelope import CONTENT_TYPE, event_type
from schemas.identifiers import complaint_id

_NUMBERS: Final = count(1)


async def submit(now: Stage, channel: str, text: str) -> str:
    """A complaint; gives its id, which whoever sends it knows without being told."""
    id = f"demo-told-{next(_NUMBERS)}"
    body = json.dumps({"text": text}).encode()
    await now.adapter.publish(INTAKE, channel, body, content_type="application/json", message_id=id)
    return str(complaint_id(f"/channels/{channel}", id))


async def say(now: Stage, complaint: str, key: str, **data: Any) -> None:
    """An update under that routing key: ``agency.<code>.<verb>`` and the like."""
    speaker, _, verb = key.rpartition(".")
    id = f"demo-said-{next(_NUMBERS)}"
    update = {
        "specversion": "1.0",
        "id": id,
        "source": f"/{speaker.replace('.', '/')}",
        "type": event_type(verb),
        "subject": complaint,
        "time": now.clock.now().isoformat(),
        "data": data,
    }
    body = json.dumps(update).encode()
    await now.adapter.publish(UPDATES, key, body, content_type=CONTENT_TYPE, message_id=id)


async def hears(now: Stage, complaint: str, verb: str, agency: str | None = None) -> Event:
    """The ``data`` of the last event of that verb about the complaint (and for that agency), as
    soon as there is one.

    Raises TimeoutError.
    """

    def told(heard: Heard) -> list[Event]:
        about = [data for data in heard.of(verb) if data.get("complaint_id") == complaint]
        return [data for data in about if agency in (None, data["agency"])]

    await now.until(told)
    return told(now.heard)[-1]
