"""The router's part of the loop: decide all, claim what is new."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Decided, Parked, Resent, Routed, decide_intake, internal_error
from broker.domain.routing.decide import Decision
from broker.domain.routing.rules import Rules
from broker.domain.similar import RecentComplaints
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.watermark import is_probe
from broker.ports import Journal, TimeSource
from config.logging import where
from consumers.router.alike import NOTHING, Alike, look_up

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
    def of(cls, routed: Routed, fingerprint: bytes | None = None) -> "Done":
        said = routed.submission
        return cls(
            said.channel,
            said.submitted_at,
            routed.decision,
            routed.publish,
            said.complaint_id,
            fingerprint,
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
        recent = self._recent if rules.retention.similar else None
        for start in range(0, len(batch), _GIVE_WAY):
            await asyncio.sleep(0)
            some = [one for one in batch[start : start + _GIVE_WAY] if not is_probe(one)]
            read = [self._decided(one, rules, clocks, now, unusable) for one in some]
            alike: Iterable[Alike] = repeat(NOTHING)
            if recent is not None:
                alike = look_up(read, recent, now, sorted_out.routed, sorted_out.remembered)
            for message, outcome, found in zip(some, read, alike, strict=False):
                self._sort(sorted_out, message, outcome, found, clocks, now)
        return sorted_out

    def _decided(
        self,
        message: Incoming,
        rules: Rules,
        clocks: SlaCalendar,
        now: datetime,
        unusable: Counter[bytes],
    ) -> Decided | Parked | Resent:
        before = unusable[message.body] if unusable else 0
        try:
            outcome = decide_intake(
                message, rules, clocks, now=now, new_id=self._new_id, repeat=before
            )
        except Exception as error:
            outcome = _failed(message, error, now)
        if isinstance(outcome, Parked):
            unusable[message.body] += 1
        return outcome

    def _sort(
        self,
        batch: Batch,
        message: Incoming,
        outcome: Decided | Parked | Resent,
        alike: Alike,
        clocks: SlaCalendar,
        now: datetime,
    ) -> None:
        """Make the events of a complaint; one entry a complaint."""
        if isinstance(outcome, Decided):
            complaint = outcome.submission.complaint_id
            try:
                routed = outcome.routed(clocks, now, alike.similar)
            except Exception as error:
                self._forget(batch.remembered.intersection([complaint]))
                outcome = _failed(message, error, now)
            else:
                batch.channels[routed.submission.channel] += 1
                if complaint in batch.routed:
                    batch.repeats += 1
                else:
                    batch.routed[complaint] = Done.of(routed, alike.kept)
                return
        if isinstance(outcome, Parked):
            batch.channels[outcome.channel] += 1
        batch.others.append(outcome)


def _failed(message: Incoming, error: Exception, now: datetime) -> Parked:
    """One message must not take its neighbours along."""
    log.error("router.failed", traceback=where(error))
    return internal_error(message, now)
