"""One run of a check: the relay, the check's own ear and voice, and waiting for things."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from broker.amqp.relay import Fault, Published, Relay
from broker.errors import BrokerUnavailable, NotTaken
from broker.messaging import names
from broker.messaging.event import event
from broker.messaging.messages import Outgoing
from broker.ports import Client, Publisher
from config.language import worded
from pintu.conformance.record import KIT, Record
from schemas import verbs
from schemas.envelope import envelope, event_type

Condition = Callable[[], bool]
_AT_LAST: Final = 20.0
"""Seconds for what is still under way when the steps are done."""
_TRIES: Final = 10
_ROUND: Final = 0.5
"""Seconds after which a condition is looked at again where nothing new was seen."""


@dataclass(slots=True)
class Session:
    """``other``: an agency that is not the one that is checked."""

    relay: Relay
    record: Record
    voice: Publisher
    client: Client
    now: Callable[[], datetime]
    timeout: float
    other: str
    respond_by: datetime
    resolve_by: datetime

    async def until(self, condition: Condition, within: float | None = None) -> bool:
        """Whether it came to hold in time."""
        news = self.record.seen.news
        loop = asyncio.get_running_loop()
        end = loop.time() + (self.timeout if within is None else within)
        while not condition():
            left = end - loop.time()
            if left <= 0:
                return False
            news.clear()
            try:
                async with asyncio.timeout(min(left, _ROUND)):
                    await news.wait()
            except TimeoutError:
                pass
        return True

    async def publish(self, *messages: Outgoing) -> None:
        """As this system does: confirmed, and again where RabbitMQ did not take it, as happens
        when somebody's own queue goes away meanwhile. Raises BrokerUnavailable."""
        for _ in range(_TRIES):
            try:
                await self.voice.publish(list(messages))
            except NotTaken:
                await asyncio.sleep(_ROUND)
            else:
                return
        await self.voice.publish(list(messages))

    def event(
        self,
        verb: str,
        complaint: str | None,
        data: dict[str, object],
        *,
        agency: str | None,
        channel: str,
        source: str = "/pintu/cases",
        kind: str | None = None,
    ) -> Outgoing:
        """An event of this system. ``kind``: another verb for its type than for its key."""
        made = event(
            kind or verb,
            agency,
            channel,
            id=str(uuid4()),
            source=source,
            subject=complaint,
            time=self.now(),
            data=data,
            trace={},
        )
        if kind is None:
            return made
        key = names.event_key(verb, agency, channel)
        return Outgoing(made.exchange, key, made.body, made.message_id, type=made.type)

    async def speak(self, who: str, verb: str, complaint: str, **data: object) -> None:
        """An update, as ``agency.<code>``, ``desk.<name>`` or ``channel.<channel>``."""
        id = f"{KIT}{uuid4()}"
        body = envelope(
            id=id,
            type=event_type(verb),
            source=f"/pintu/check/{who}",
            subject=complaint,
            time=self.now(),
            data=data,
        )
        await self.publish(Outgoing(names.UPDATES, f"{who}.{verb}", body, id))

    async def all_read(self) -> None:
        """Wait until what is under way has arrived: the case consumer has read every update, and
        the system has answered what came of them."""
        await self._cases_have_read()
        loop = asyncio.get_running_loop()
        end = loop.time() + min(self.timeout, _AT_LAST)
        reads = any(one.queue == self.record.queue for one in self.record.consumptions)
        while reads and loop.time() < end:
            await self.until(lambda: not self.record.unanswered(), within=_ROUND)
            ready, _ = await self.client.waiting(self.record.queue)
            if not ready and not self.record.unanswered():
                return

    async def _cases_have_read(self) -> None:
        """They read in order, and give a receipt at once for what they defer."""
        body = envelope(
            id=f"{KIT}{uuid4()}",
            type=event_type(verbs.DISMISSED),
            source="/pintu/check/desk",
            subject=str(uuid4()),
            time=self.now(),
            data={"reason": "Penanda akhir uji coba."},
        )
        key = names.update_key("desk", "check", verbs.DISMISSED)
        for _ in range(_TRIES):
            try:
                await self.client.request(
                    names.UPDATES, key, body, message_id=f"{KIT}{uuid4()}", within=_AT_LAST
                )
            except BrokerUnavailable:
                await asyncio.sleep(_ROUND)
            else:
                return

    def fault_once(self, fault: Fault, exchange: str) -> None:
        """The next publish on an exchange goes wrong so."""

        def at_publish(published: Published) -> Fault:
            if published.exchange != exchange:
                return Fault.NONE
            self.relay.faults.at_publish = lambda _: Fault.NONE
            return fault

        self.relay.faults.at_publish = at_publish

    def cut_once(self, id: str) -> None:
        """The connection is lost right after the delivery of that message."""
        done: list[str] = []

        def at_delivery(delivered: object) -> bool:
            properties = getattr(delivered, "properties", None)
            if done or getattr(properties, "message_id", None) != id:
                return False
            done.append(id)
            return True

        self.relay.faults.at_delivery = at_delivery

    def answered(self, purpose: str) -> bool:
        """Whether the event that was given for that purpose has been acknowledged, or refused."""
        given = self.record.deliveries_of(purpose)
        return any(one.answer is not None or one.no_ack for one in given if not one.cut)


@dataclass(frozen=True, slots=True)
class Step:
    """``waits``: what it waits for, in a sentence, with what is to be done; ``run`` gives what was
    seen, None where it did not come in time."""

    name: str
    waits: str
    run: Callable[[Session], Awaitable[str | None]]


Tell = Callable[[str, str], None]
"""Takes what kind of line it is (``waits``, ``saw``, ``missed``) and the line."""


async def run_steps(session: Session, steps: list[Step], tell: Tell) -> None:
    """One after the other; what did not come in time is told, and the next one begins."""
    for number, step in enumerate(steps, 1):
        waits = worded(step.waits, code=session.record.code, queue=session.record.queue)
        tell("waits", f"{number}/{len(steps)} {step.name}: {waits}")
        saw = await step.run(session)
        session.relay.faults.at_publish = lambda _: Fault.NONE
        session.relay.faults.at_delivery = lambda _: False
        if saw is None:
            tell("missed", worded("not within {timeout:g} s", timeout=session.timeout))
        else:
            tell("saw", saw)
