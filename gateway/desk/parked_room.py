"""Where people of the desk work on the parked messages: one reading of the queue at a time, and
what is done to them in the background, with its progress.

Nothing is taken out of the queue before what is published in its place was confirmed
(broker.ports.ParkedMessages), so whatever ends this process, or the connection, no message is lost:
it is still parked, or it has arrived, or both, under the id that it has.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final, Literal

import structlog

from broker.errors import BrokerUnavailable, NotPermitted
from broker.messaging.messages import Outgoing
from broker.messaging.parking.unpark import Parked, Replay
from broker.ports import ParkedMessages
from gateway.desk.parked_list import Collector, Listing

log = structlog.get_logger()

OpenParked = Callable[[], AbstractAsyncContextManager[ParkedMessages]]
Kind = Literal["replay", "discard", "edit"]
Work = Callable[[ParkedMessages], Awaitable[tuple[int, Counter[str]]]]

FRESH: Final = 15.0
"""Seconds for which a listing is shown before the queue is read again."""
KEPT: Final = 600.0
"""Seconds after which a listing is dropped that nobody looks at: it holds personal data."""
_TRIES: Final = 4
"""A try waits some seconds for whoever else reads the queue."""
_PAUSE: Final = 0.2
_IN_ONE_GO: Final = 20
"""Messages after which other requests have their turn: all of them may have arrived already."""
_JOBS: Final = 100


@dataclass(slots=True)
class Job:
    """What somebody had done. ``id``: of the form, so that sent twice it is done once; ``count``:
    messages that it is about; ``failed``: why how many stay parked."""

    id: str
    kind: Kind
    by: str
    count: int
    began: datetime
    done: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    state: Literal["running", "over", "away", "not-permitted"] = "running"
    why: str = ""
    """In ``away`` and ``not-permitted``: what RabbitMQ said."""

    @property
    def gone(self) -> int:
        """Messages of it that were there no more: somebody else has handled them."""
        left = self.count - self.done - self.failed.total()
        return max(0, left) if self.state == "over" else 0


class ParkedRoom:
    """``now``: the time that listings bear."""

    def __init__(self, open_parked: OpenParked, now: Callable[[], datetime]) -> None:
        self._open = open_parked
        self._now = now
        self._alone = asyncio.Lock()
        self._listing: Listing | None = None
        self._read_at = 0.0
        self._looked_at = 0.0
        self._tasks = set[asyncio.Task[None]]()
        self._reading: asyncio.Task[None] | None = None
        self._jobs = dict[str, Job]()
        self.trouble: str | None = None
        """Why the last reading failed."""

    async def listing(self, wait: float = 1.0, *, anew: bool = False) -> Listing | None:
        """The newest listing, which is being read again where it is old; None where there is none
        after that many seconds. ``anew``: read again in any case."""
        now = monotonic()
        if self._listing is not None and now - self._looked_at > KEPT:
            self._listing = None
        self._looked_at = now
        if anew or self._listing is None or now - self._read_at > FRESH:
            reading = self._read_again()
            if anew or self._listing is None:
                await asyncio.wait([reading], timeout=wait)
        return self._listing

    @property
    def reads(self) -> bool:
        """Whether the queue is being read, or worked on, now."""
        return self._alone.locked()

    async def find(self, id: str) -> Parked | None:
        """One message, from the listing where that holds it; else the queue is read."""
        listing = await self.listing(30.0)
        line = listing.find(id) if listing is not None else None
        if line is None or line.whole is not None:
            return None if line is None else line.whole
        found: list[Parked] = []

        async def look(messages: ParkedMessages) -> None:
            async for parked in messages:
                if parked.id == id and not found:
                    found.append(parked)

        with suppress(BrokerUnavailable):
            await self._with(look)
        return found[0] if found else None

    def job(self, id: str) -> Job | None:
        """What was begun under that id, in this process."""
        return self._jobs.get(id)

    def begin(self, id: str, kind: Kind, by: str, count: int, work: Work) -> Job:
        """Have it done; what was begun under that id before is not done again."""
        if (known := self._jobs.get(id)) is not None:
            return known
        job = self._jobs[id] = Job(id, kind, by, count, self._now())
        for old in list(self._jobs)[:-_JOBS]:
            if self._jobs[old].state != "running":
                del self._jobs[old]
        self._task(self._do(job, work))
        return job

    async def until_over(self, job: Job, within: float) -> None:
        """Until it is done, or the seconds are over."""
        until = monotonic() + within
        while job.state == "running" and monotonic() < until:
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """End what is under way: what was not confirmed stays parked."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _do(self, job: Job, work: Work) -> None:
        async def watched(messages: ParkedMessages) -> None:
            done, failed = await work(messages)
            job.done, job.failed = done, failed

        try:
            await self._with(watched, job)
            job.state = "over"
        except NotPermitted as why:
            job.state, job.why = "not-permitted", str(why)
        except BrokerUnavailable as why:
            job.state, job.why = "away", str(why)
        log.info(
            "parked.worked", work=job.kind, messages=job.done, failed=job.failed.total(),
            outcome=job.state,
        )  # fmt: skip

    def _read_again(self) -> asyncio.Task[None]:
        if self._reading is None or self._reading.done():
            self._reading = self._task(self._read())
        return self._reading

    async def _read(self) -> None:
        async def look(messages: ParkedMessages) -> None:
            async for _ in messages:
                pass

        with suppress(BrokerUnavailable):  # told by `trouble`
            await self._with(look)

    async def _with(
        self, what: Callable[[ParkedMessages], Awaitable[None]], job: Job | None = None
    ) -> None:
        """Read the queue, alone, and keep what is left in it. Raises BrokerUnavailable."""
        async with self._alone:
            try:
                async with AsyncExitStack() as stack:
                    watched = _Watched(await self._opened(stack), job)
                    await what(watched)
                    self._listing = watched.lines.listing(self._now(), watched.unseen)
                    self._read_at, self.trouble = monotonic(), None
            except BrokerUnavailable as why:
                self.trouble = str(why)
                if job is not None:
                    self._listing = None  # what became of the rest is not known: read it again
                raise

    async def _opened(self, stack: AsyncExitStack) -> ParkedMessages:
        for _ in range(_TRIES - 1):
            try:
                return await stack.enter_async_context(self._open())
            except NotPermitted:
                raise
            except BrokerUnavailable as why:  # mostly somebody else reads it
                self.trouble = str(why)
                await asyncio.sleep(_PAUSE)
        return await stack.enter_async_context(self._open())

    def _task(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Watched:
    """A reading of which is noted what it met and what left the queue."""

    def __init__(self, messages: ParkedMessages, job: Job | None) -> None:
        self._messages = messages
        self._job = job
        self.lines = Collector()
        self.count = self.unseen = messages.count

    async def __aiter__(self) -> AsyncIterator[Parked]:
        met = 0
        async for parked in self._messages:
            self.unseen = self._messages.unseen
            self.lines.add(parked)
            met += 1
            if not met % _IN_ONE_GO:
                await asyncio.sleep(0)
            yield parked

    async def give_back(self, messages: Sequence[tuple[Replay, Parked]]) -> list[str | None]:
        refusals = await self._messages.give_back(messages)
        for refusal, (_, parked) in zip(refusals, messages, strict=True):
            self._left(refusal, parked)
        return refusals

    async def replace(self, event: Outgoing, edited: Replay, parked: Parked) -> str | None:
        return self._left(await self._messages.replace(event, edited, parked), parked)

    async def discard(self, event: Outgoing, parked: Parked) -> str | None:
        return self._left(await self._messages.discard(event, parked), parked)

    def _left(self, refusal: str | None, parked: Parked) -> str | None:
        if refusal is None:
            self.lines.gone(parked)
            if self._job is not None:
                self._job.done += 1
        return refusal
