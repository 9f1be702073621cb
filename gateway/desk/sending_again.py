"""Complaints once more to the queue of an agency, or of the desk, at a bounded rate."""

import asyncio
from collections.abc import Callable
from typing import Final

from broker.domain.case import CaseFilter, resend
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import Publisher
from gateway.desk.commands import told as with_words
from gateway.desk.session import DeskSession

_ALL: Final = 1 << 62
_BATCHES: Final = 10
"""A second, of as many messages as the rate allows."""
_MOST: Final = 200
"""Messages in a batch."""


async def send_all_again(
    wanted: CaseFilter, office: DeskSession, *, rate: int, told: Callable[[int], None]
) -> int:
    """The standing ``routed`` or ``triaged`` of each case, confirmed; how many.

    Under the ids that they had: whoever has one sees a repeat, so that it may be done again.

    Args:
        rate: at most so many a second.
        told: how many are confirmed so far.

    Raises:
        BrokerUnavailable, Unroutable, StoreUnavailable: the rest is not sent.
    """
    size = max(1, min(_MOST, rate // _BATCHES))
    sent, batch = 0, list[Outgoing]()
    async with (
        office.reach() as outside,
        outside.broker("pintu case resend").publisher(names.EVENTS) as ours,
    ):
        async for case in office.store.listed(wanted, most=_ALL):
            if (message := resend(await with_words(case, office), now=office.now())) is not None:
                batch.append(message)
            if len(batch) == size:
                sent = await _publish(ours, batch, sent, rate, told)
        if batch:
            sent = await _publish(ours, batch, sent, rate, told)
    return sent


async def _publish(
    ours: Publisher, batch: list[Outgoing], sent: int, rate: int, told: Callable[[int], None]
) -> int:
    """One batch, which takes as long as the rate wants; empties it, and gives how many are sent."""
    now = asyncio.get_running_loop().time
    ends = now() + len(batch) / rate
    await ours.publish(batch)
    sent += len(batch)
    batch.clear()
    told(sent)
    await asyncio.sleep(max(0.0, ends - now()))
    return sent
