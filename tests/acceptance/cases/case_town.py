"""A town whose cases are kept, as reporters, agencies and the desk live in it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid4, uuid5

from tests.acceptance.outside import Message, Outside
from tests.acceptance.program import Program
from tests.support.eventually import PATIENCE, eventually

PARTS: Final = ("router", "cases", "escalations")


class Town:
    """Everything that is said is kept in ``outside.seen``, whichever queue it came from."""

    def __init__(self, outside: Outside, programs: dict[str, Program]) -> None:
        self.outside = outside
        self.programs = programs

    def submits(self, text: str, channel: str = "web") -> str:
        """A reporter's complaint; its id, by the rule of the contract."""
        id = uuid4().hex
        self.outside.publish(channel, text.encode(), message_id=id, content_type="text/plain")
        return str(uuid5(NAMESPACE_URL, f"/channels/{channel}#{id}"))

    def says(self, complaint: str, key: str, *, id: str | None = None, **data: Any) -> str:
        """An update under that routing key; its id."""
        id = id or uuid4().hex
        if key.endswith(".resolved"):
            data.setdefault("note", "Sudah ditangani.")
        event = {
            "specversion": "1.0",
            "id": id,
            "source": f"/{key}",
            "type": f"complaint.{key.rsplit('.', 1)[-1]}.v1",
            "subject": complaint,
            "data": data,
        }
        self.outside.publish(
            key,
            json.dumps(event).encode(),
            exchange="complaints.updates",
            content_type="application/cloudevents+json",
        )
        return id

    def about(self, complaint: str, queue: str | None = None) -> list[Message]:
        """What was said of a complaint so far, in the order of each queue."""
        self.outside.drain_all()
        return [
            message
            for message in self.outside.seen
            if queue in (None, message.queue) and complaint.encode() in message.body
        ]

    def hears(
        self, complaint: str, key: str, queue: str | None = None, within: float = PATIENCE
    ) -> Message:
        """Wait for an event under that key."""

        def found() -> Message | None:
            said = [m for m in self.about(complaint, queue) if m.key == key]
            return said[-1] if said else None

        return eventually(found, within, f"{key} of {complaint}")

    def metric(self, part: str, name: str, **labels: str) -> float:
        return self.programs[part].metric(name, **labels)


@contextmanager
def a_town(url: str, state_dir: Path, **settings: str) -> Iterator[Town]:
    """The three programs on one state folder; in the end they leave well, without a failure."""
    programs: dict[str, Program] = {}
    try:
        for part in PARTS:
            programs[part] = Program(part, url, state_dir, **settings)
        outside = Outside(url)
        yield Town(outside, programs)
        outside.close()
        for program in programs.values():
            program.stop()
    finally:
        for program in programs.values():
            program.kill()
