"""A whole replay: read the trail to its end, rebuild, and say how far that went."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.messaging.messages import Incoming
from broker.ports import Journal, TimeSource
from consumers.audit.kept import Kept
from consumers.audit.rebuilding import Rebuilding, Rebuilt
from consumers.audit.steps import Step, Steps

_LOOK_EVERY: Final = 20_000
"""Messages after which it is seen whether somebody else has begun to keep the cases."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. ``messages``: of the trail; ``unreadable``: events of ours that say nothing
    this version knows; ``let_go``: messages that nothing was said of for so long that there was no
    room for them; ``journal``: complaints that the router's journal lacked."""

    rebuilt: Rebuilt
    messages: int
    unreadable: int
    let_go: int
    journal: int
    read_up_to: datetime | None


async def replay(
    trail: AsyncIterator[Sequence[Incoming]],
    rebuilding: Rebuilding,
    journal: Journal,
    clock: TimeSource,
    *,
    alone: Callable[[], Awaitable[None]],
    told: Callable[[int], None],
) -> Replay:
    """``alone`` raises where somebody else keeps the cases; ``told`` hears how many messages were
    read. What was done up to an error stays done, and is known the next time.

    Raises:
        BrokerUnavailable, StoreUnavailable: one of them went away.
    """
    steps, messages, lacked, look_at = Steps(), 0, 0, _LOOK_EVERY
    await alone()
    async for some in trail:
        ready: list[Step] = []
        for message in some:
            ready += steps.read(message)
        await rebuilding.take(ready)
        lacked += await _journalled(journal, steps, clock.now())
        messages += len(some)
        told(messages)
        if messages >= look_at:
            look_at = messages + _LOOK_EVERY
            await alone()
    await rebuilding.take(steps.end())
    unread = await rebuilding.unanswered(steps.unanswered, clock.now())
    read_up_to = _read_up_to(steps.last_said, unread)
    await alone()
    if read_up_to is not None:
        await rebuilding.read_up_to(read_up_to)
    kept = steps.kept
    return Replay(rebuilding.done, messages, steps.unreadable, kept.let_go, lacked, read_up_to)


def _read_up_to(last_said: datetime | None, unread: Sequence[Kept]) -> datetime | None:
    """Up to when everything was read: to the last word before the first message that was not."""
    moments = [last_said, *(one.after for one in unread)]
    return min((one for one in moments if one is not None), default=None) if all(moments) else None


async def _journalled(journal: Journal, steps: Steps, now: datetime) -> int:
    """What was routed is in the router's journal again: a repeat of it is not routed once more."""
    complaints, steps.routed = list(dict.fromkeys(steps.routed)), []
    if not complaints:
        return 0
    async with journal.recording(complaints, now) as new:
        return len(new)
