"""The complaints that every program gets, and the routing keys that the router gives them."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Final

import orjson

from bench.decision import complaints
from bench.peers.keys import key_of
from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Routed, handle_intake
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.complaint import SUBMITTED
from schemas.envelope import CONTENT_TYPE
from schemas.properties import Properties

_PLACES: Final = (("Toboali", "Rias"), ("Airgegas", "Nyelanding"), ("Payung", "Malik"))
_NUMBER: Final = b'"session":"n'
"""Stands before the number of a complaint, in its own body and in the router's event."""

Made = tuple[str, str | None, tuple[str, str]]
"""Text, category, district and village."""


@dataclass(frozen=True, slots=True)
class Load:
    """Complaints in turn; ``keys[n % len(keys)]`` is what the router gives the n-th."""

    made: Sequence[Made]
    keys: list[str]

    def message(self, run: str, number: int) -> Outgoing:
        text, category, place = self.made[number % len(self.made)]
        event_id = f"{run}-{number}"
        body = _body(event_id, number, text, category, place)
        return Outgoing(names.INTAKE, "web", body, event_id, SUBMITTED)

    def batches(self, run: str, count: int) -> Iterator[list[Outgoing]]:
        for start in range(0, count, 500):
            yield [self.message(run, n) for n in range(start, min(start + 500, count))]

    def queues(self) -> list[str]:
        """Those that get the decisions: agencies', and the desk's where it has some."""
        return sorted({_queue(key) for key in self.keys})

    def expected(self, count: int) -> Counter[str]:
        """How many messages each of these queues has to have in the end."""
        return Counter(_queue(key_of(f"-{n}", self.keys)) for n in range(count))

    def write_keys(self, file: Path) -> None:
        file.write_text("\n".join(self.keys) + "\n", "utf-8")


def number_of(body: bytes) -> int:
    """The number of a complaint, from its own body or from the router's event."""
    start = body.index(_NUMBER) + len(_NUMBER)
    return int(body[start : body.index(b"-", start)])


def with_category() -> Load:
    """One complaint for each topic of the shipped rules that concerns one agency: 95 agencies."""
    rules, texts = load_rules(None), cycle(complaints())
    places = cycle(_PLACES)
    return _load(rules, [(next(texts), topic.id, next(places)) for topic in rules.topics])


def from_text() -> Load:
    """The demonstration's texts without a category, those that concern one agency."""
    places = cycle(_PLACES)
    return _load(load_rules(None), [(text, None, next(places)) for text in complaints()])


def _load(rules: Rules, candidates: Sequence[Made]) -> Load:
    keys: Callable[[Made], list[str]] = _decider(rules, load_clocks())
    decided = [(made, keys(made)) for made in candidates]
    one = [(made, found[0]) for made, found in decided if len(found) == 1]
    return Load([made for made, _ in one], [key for _, key in one])


def _decider(rules: Rules, clocks: SlaCalendar) -> Callable[[Made], list[str]]:
    """The routing keys of the events that the router makes of a complaint."""

    def keys(made: Made) -> list[str]:
        body = _body("peers-0", 0, *made)
        properties = Properties(content_type=CONTENT_TYPE, message_id="peers-0", type=SUBMITTED)
        message = Incoming(body, names.INTAKE, "web", properties, False, 1)
        outcome = handle_intake(
            message, rules, clocks, now=datetime.now(UTC), new_id=lambda: "fresh"
        )
        assert isinstance(outcome, Routed), json.loads(body)
        return [event.routing_key for event in outcome.publish]

    return keys


def _body(
    event_id: str, number: int, text: str, category: str | None, place: tuple[str, str]
) -> bytes:
    data: dict[str, object] = {
        "text": f"Assalamualaikum, {text}. Terima kasih sebelumnya",
        "title": "Laporan warga",
        "location": {"district": place[0], "village": place[1]},
        "reporter": {"name": "Warga", "phone": "0800-000-0000"},
        "extra": {"form": "v3", "agent": "bench", "session": f"n{number}-".ljust(100, "x")},
    }
    if category:
        data["category"] = category
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "/channels/web",
            "type": SUBMITTED,
            "time": "2026-11-24T01:02:03Z",
            "datacontenttype": CONTENT_TYPE,
            "data": data,
        }
    )


def _queue(key: str) -> str:
    agency = key.split(".")[1]
    return names.TRIAGE_QUEUE if agency == names.TRIAGE else names.agency_queue(agency)
