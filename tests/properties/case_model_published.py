"""What the machine around the model has published, every try of it."""

import json
from collections.abc import Sequence
from typing import Any

from broker.messaging.messages import Outgoing


class Published:
    """One event bears one id, and one id is one event, whatever crashed."""

    def __init__(self) -> None:
        self.events: list[Outgoing] = []
        self._kinds: dict[str, tuple[str | None, str]] = {}
        self._rungs: dict[tuple[Any, ...], str] = {}

    def add(self, events: Sequence[Outgoing]) -> None:
        for out in events:
            kind = (out.type, out.routing_key.split(".")[1])
            assert self._kinds.setdefault(out.message_id, kind)[0] == out.type
            if out.routing_key.startswith("escalated"):
                data = json.loads(out.body)["data"]
                rung = (data["clock"], data["start"], data["rung"])
                assert self._rungs.setdefault(rung, out.message_id) == out.message_id
            else:
                assert self._kinds[out.message_id] == kind
        self.events += events
