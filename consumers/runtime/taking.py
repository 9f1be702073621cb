"""When the next batch is taken and prepared, beside the one that is being completed."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from broker.ports import Session


async def until_whole(
    session: Session, most: int, completing: "asyncio.Task[None]", stopping: "asyncio.Task[bool]"
) -> "asyncio.Task[None] | None":
    """Wait for a whole batch of ``most``, or for the end of the one that is being completed.

    What arrives singly goes in one batch once that one is completed. Taken one by one, all but the
    first would wait for two batches: the one that is completed, and the first.

    Gives what is still being completed, and raises where that has failed.
    """
    await _first_of(session.whole(most), completing, stopping)
    if not completing.done():
        return completing
    completing.result()
    return None


async def until_publishing(completing: "asyncio.Task[None]", publishing: asyncio.Event) -> None:
    """Wait until a batch that is being completed does little but wait: prepared before that, the
    next one would only take turns with it."""
    await _first_of(publishing.wait(), completing)


async def _first_of(waiting: Coroutine[Any, Any, object], *others: "asyncio.Task[Any]") -> None:
    """Until one of them is done; the first is then cancelled."""
    task = asyncio.create_task(waiting)
    try:
        await asyncio.wait({task, *others}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        task.cancel()
