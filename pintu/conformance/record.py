"""Everything that a check has seen: frames of the foreign system, and what became of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from broker.amqp.relay import Consumption, Deed, Delivered, Published, Seen
from broker.messaging import names
from broker.messaging.messages import Incoming
from schemas import verbs
from schemas.submission import NeedsId, Submission, Unusable, read_submission
from schemas.updates import BadUpdate, Update, read_update

ANOTHER_WAY: Final = 0
"""The link of what did not come through the relay."""
KIT: Final = "pintu-check-"
"""How every id begins that the check itself gives."""

Kind = Literal["adapter", "agency"]
Event = Mapping[str, object]
"""An event as JSON has it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of this system: its routing key, and what it says."""

    key: str
    event: Event

    @property
    def verb(self) -> str:
        return self.key.split(".", 1)[0]

    @property
    def data(self) -> Event:
        data = self.event.get("data")
        return data if isinstance(data, Mapping) else {}


@dataclass(slots=True)
class Record:
    """``code``: of the channel or agency. ``given``: what the check gave, by the name of its
    purpose: the id of an event, or of a complaint."""

    kind: Kind
    code: str
    seen: Seen
    others: list[Published] = field(default_factory=list)
    events: list[Heard] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    _arrived: set[int] = field(default_factory=set)

    @property
    def queue(self) -> str:
        """The one that the system reads."""
        named = names.channel_queue if self.kind == "adapter" else names.agency_queue
        return named(self.code)

    @property
    def _own_keys(self) -> Mapping[str, str]:
        who = "channel" if self.kind == "adapter" else "agency"
        return {names.INTAKE: f"{self.code}.", names.UPDATES: f"{who}.{self.code}."}

    def hear(self, message: Incoming) -> None:
        """Take what the check's own ear has heard on an exchange."""
        if message.exchange == names.EVENTS:
            self.events.append(Heard(message.routing_key, json.loads(message.body)))
        elif not (message.properties.message_id or "").startswith(KIT):
            self._hear_theirs(message)

    def _hear_theirs(self, message: Incoming) -> None:
        """A message that did not pass the relay came by another way: by RabbitMQ's HTTP API, or
        straight to the node. Only what bears the system's own name is known to be its own."""
        for place, one in enumerate(self.seen.published):
            same = one.routing_key == message.routing_key and one.exchange == message.exchange
            # What has no id the router publishes again, under one of its own.
            once = place not in self._arrived or one.properties.message_id is None
            if same and one.body == message.body and once:
                self._arrived.add(place)
                return
        if not f"{message.routing_key}.".startswith(self._own_keys[message.exchange]):
            return
        came = Published(
            ANOTHER_WAY,
            self.seen.next(),
            message.exchange,
            message.routing_key,
            mandatory=False,
            confirms=False,
            properties=message.properties,
            body=message.body,
            size=len(message.body),
            outcome="ack",
        )
        came.outcome_order = came.order
        self.others.append(came)

    @property
    def published(self) -> list[Published]:
        """All that the system published, by whatever way."""
        return sorted([*self.seen.published, *self.others], key=lambda one: one.order)

    @property
    def deeds(self) -> list[Deed]:
        return self.seen.deeds

    @property
    def consumptions(self) -> list[Consumption]:
        return [one for one in self.seen.consumptions if one.queue != DIRECT_REPLY]

    @property
    def delivered(self) -> list[Delivered]:
        """What it got out of its queue."""
        return [one for one in self.seen.delivered if one.queue == self.queue]

    def unanswered(self) -> list[Delivered]:
        """Deliveries that it has in its hands."""
        gone = {link.number for link in self.seen.links if link.cut or link.closed}
        return [
            one
            for one in self.delivered
            if one.answer is None and not one.no_ack and one.link not in gone
        ]

    def deliveries_of(self, purpose: str) -> list[Delivered]:
        """Of the event that the check gave for that purpose."""
        id = self.given.get(purpose)
        return [one for one in self.delivered if id and one.properties.message_id == id]

    def submissions(self) -> Iterator[tuple[Published, Submission | Unusable | NeedsId]]:
        """Each message to the intake, as this system reads it."""
        for one in self.published:
            if one.exchange == names.INTAKE:
                channel, well_formed = names.channel_of(one.routing_key)
                yield (
                    one,
                    read_submission(
                        one.body, one.properties, channel=channel, key_is_code=well_formed
                    ),
                )

    def updates(self) -> Iterator[tuple[Published, Update | BadUpdate]]:
        """Each update, as this system reads it."""
        for one in self.published:
            if one.exchange == names.UPDATES:
                yield one, read_update(one.body, one.properties, one.routing_key)

    def mirrored(self, verb: str) -> bool:
        """Whether this system has accepted that verb of the one that is checked, and said so."""
        shown = verbs.MOVED if verb == verbs.RETURNED else verb
        who = "channel" if self.kind == "adapter" else "agency"
        speaker = f"{who}.{self.code}"
        return any(one.verb == shown and one.data.get("by") == speaker for one in self.events)

    def rejections(self) -> list[Heard]:
        """What this system told the one that is checked that it cannot use."""
        who = f"{self.code}.-" if self.kind == "agency" else f"-.{self.code}"
        return [one for one in self.events if one.key == f"rejected.{who}"]


DIRECT_REPLY: Final = "amq.rabbitmq.reply-to"
