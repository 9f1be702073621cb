"""The router's part of the loop: decide all, claim what is new."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Parked, Resent, Routed, handle_intake, internal_error
from broker.domain.routing.decide import Decision
from broker.domain.routing.rules import Rules
from broker.domain.similar import RecentComplaints
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.watermark import is_probe
from broker.ports import Journal, TimeSource
from config.logging import where

log = structlog.get_logger()

_GIVE_WAY: Final = 16
"""Messages decided in one go, 1 to 2 ms: meanwhile the batch before is claimed and sent."""


class Done(NamedTuple):
    """What is left of a complaint that was decided: its events, and what is counted.

    The complaint itself is let go: as values it takes many times the bytes that it came in.
    """

    channel: str
    submitted_at: datetime | None
    decision: Decision
    publish: tuple[Outgoing, ...]
    complaint: UUID
    fingerprint: bytes | None = None

    @classmethod
    def of(cls, routed: Routed) -> "Done":
        said = routed.submission
        return cls(
            said.channel,
            said.submitted_at,
            routed.decision,
            routed.publish,
            said.complaint_id,
            None if routed.fingerprint is None else routed.fingerprint.to_bytes(),
        )


@dataclass(slots=True)
class Batch:
    """A batch sorted out: one entry a complaint, however often it came."""

    began: float
    messages: int
    routed: dict[UUID, Done] = field(default_factory=dict)
    others: list[Parked | Resent] = field(default_factory=list)
    repeats: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    remembered: set[UUID] = field(default_factory=set)
    """Of ``routed``, those that the next ones are already held against."""
    fresh: Sequence[Done] = ()
    """Of ``routed``, those that no router had routed before; known once they are recorded."""


class RouterHandler:
    """See consumers.runtime.isolating.Handler."""

    def __init__(
        self,
        rules: Rules,
        clocks: SlaCalendar,
        journal: Journal,
        clock: TimeSource,
        new_id: Callable[[], str],
        recent: RecentComplaints | None = None,
    ) -> None:
        self._rules = rules
        self._clocks = clocks
        self._journal = journal
        self._clock = clock
        self._new_id = new_id
        self._recent = recent
        self.use(rules, clocks)

    def use(self, rules: Rules, clocks: SlaCalendar) -> None:
        """Other rules, from the next batch on."""
        self._rules, self._clocks = rules, clocks
        if self._recent is not None:
            self._recent.window = rules.retention.similar

    async def check(self) -> None:
        await self._journal.check()

    @asynccontextmanager
    async def transaction(self, batch: Batch) -> AsyncIterator[Sequence[Outgoing]]:
        ids = list(batch.routed)
        kept = {one: done.fingerprint for one, done in batch.routed.items() if done.fingerprint}
        async with self._journal.recording(ids, self._clock.now(), kept) as fresh:
            new = [routed for complaint, routed in batch.routed.items() if complaint in fresh]
            outgoing: list[Outgoing] = []
            for routed in new:
                outgoing += routed.publish
            for other in batch.others:
                outgoing += other.publish
            yield outgoing
        batch.fresh = new
        if batch.remembered and len(new) < len(ids):
            # Routed before, perhaps long ago: what the journal says of it counts.
            self._forget(batch.remembered.difference(fresh))

    def _remember(self, batch: Batch, done: Done, routed: Routed, now: datetime) -> None:
        """From now on, so that the next one of this very batch is told of it too."""
        recent, kept = self._recent, done.fingerprint
        if recent is None or kept is None:
            return
        if recent.add(done.complaint, now, kept, routed.fingerprint):
            batch.remembered.add(done.complaint)

    def _forget(self, complaints: set[UUID]) -> None:
        if self._recent is not None and complaints:
            self._recent.remove(complaints)

    def less(self) -> bool:
        return False  # time alone brings nothing

    def give_up(self, message: Incoming) -> Batch:
        given_up = Batch(time.perf_counter(), 1)
        parked = internal_error(message, self._clock.now())
        given_up.channels[parked.channel] += 1
        given_up.others.append(parked)
        return given_up

    async def prepare(self, batch: Sequence[Incoming]) -> Batch:
        sorted_out = Batch(time.perf_counter(), len(batch))
        unusable: Counter[bytes] = Counter()
        now = self._clock.now()
        rules, clocks = self._rules, self._clocks  # others may come in while it gives way
        for number, message in enumerate(batch):
            if number % _GIVE_WAY == 0:
                await asyncio.sleep(0)
            if is_probe(message):
                continue
            try:
                outcome = handle_intake(
                    message,
                    rules,
                    clocks,
                    now=now,
                    new_id=self._new_id,
                    repeat=unusable[message.body] if unusable else 0,
                    recent=self._recent if rules.retention.similar else None,
                )
            except Exception as error:  # one message must not take its neighbours along
                log.error("router.failed", traceback=where(error))
                outcome = internal_error(message, now)
            if isinstance(outcome, Routed):
                complaint = outcome.submission.complaint_id
                sorted_out.channels[outcome.submission.channel] += 1
                if complaint in sorted_out.routed:
                    sorted_out.repeats += 1
                else:
                    sorted_out.routed[complaint] = done = Done.of(outcome)
                    if done.fingerprint is not None:
                        self._remember(sorted_out, done, outcome, now)
            else:
                if isinstance(outcome, Parked):
                    unusable[message.body] += 1
                    sorted_out.channels[outcome.channel] += 1
                sorted_out.others.append(outcome)
        return sorted_out
