"""The private node for asyncio: whoever comes first starts it, others of the folder join."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broker.node.lifecycle import Node, open_node


@dataclass(frozen=True, slots=True)
class PrivateNode:
    """`url` (AMQP) and `management_url` (HTTP, None where it is off) contain the credentials.

    `started_here`: this process started it, and it stops when this process leaves the context.
    """

    url: str = field(repr=False)
    management_url: str | None = field(repr=False)
    state_dir: Path
    started_here: bool


@contextlib.asynccontextmanager
async def private_node(state_dir: Path, *, management: bool = True) -> AsyncIterator[PrivateNode]:
    """A RabbitMQ node of this state folder, ready for connections.

    The process that started it stops it on leaving, also while others use it; these lose their
    connection and may call this again: the first to do so starts the node anew, on the same data.
    Raises NotInstalledError or StartFailedError, whose text says what to do.
    """
    node = await _open(state_dir, management)
    try:
        yield PrivateNode(node.url, node.management_url, state_dir, node.started_here)
    finally:
        await _finish(asyncio.create_task(asyncio.to_thread(node.stop)))


async def _open(state_dir: Path, management: bool) -> Node:
    """A thread cannot be cancelled: on cancellation it is told to give up, and waited for."""
    give_up = threading.Event()
    opening = asyncio.create_task(
        asyncio.to_thread(open_node, state_dir, management=management, give_up=give_up)
    )
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        give_up.set()
        with contextlib.suppress(Exception):
            await _finish(opening)
            await asyncio.to_thread(opening.result().stop)
        raise


async def _finish(task: "asyncio.Task[Any]") -> None:
    """Wait for the task even if this one is cancelled meanwhile; the cancellation comes after."""
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(asyncio.wait([task]))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled
    task.result()
