"""Parked messages that are older than they may get, where the configuration says how old that is.

They may hold personal data, and nobody looks at some of them. By default none is thrown away.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final

import structlog

from broker.messaging.parking.unpark import Parked, discarded
from broker.ports import ParkedMessages

log = structlog.get_logger()

REASON: Final = "parked_days"
"""Of the event on the audit trail: the setting that asked for it."""
BY: Final = "retention"


async def discard_old(
    reach: Callable[[], AbstractAsyncContextManager[ParkedMessages]],
    before: datetime,
    now: datetime,
) -> int:
    """Throw away what was parked before a moment, each with an event on the audit trail.

    What RabbitMQ parked by itself bears no time: it is as old as what was parked behind it. The
    reading ends at the first message that is young, so all others stay where they are.

    Raises:
        BrokerUnavailable: RabbitMQ is away, or an operator reads them now; later then.
    """
    done, undated = 0, list[Parked]()
    async with reach() as messages:
        async for parked in messages:
            if parked.at is None:
                undated.append(parked)
                continue
            if parked.at >= before:
                break
            for old in (*undated, parked):
                event = discarded(old, reason=REASON, by=BY, at=now, nth=done)
                if await messages.discard(event, old) is not None:
                    return done  # refused: everything is tried again the next time
                done += 1
            undated.clear()
    if done:
        log.info("parked.expired", messages=done)
    return done
