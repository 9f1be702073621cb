"""A transaction that several share: who is in it, and when it takes nobody more."""

import asyncio
from collections.abc import Callable
from typing import Final

AT_MOST: Final = 600
"""Ids in one transaction. What is in it when a process dies is done again, under the same ids."""
_TOO_OLD: Final = 0.1
"""Seconds after which nobody joins: other processes wait for the end of it."""


class Shared:
    """Open until the last of those that have joined has left.

    ``now``: a clock that never jumps. ``failed``: none of it is recorded, whoever is in it.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.members = 0
        self.failed = False
        self.ended = asyncio.Event()
        """Set when it is committed or rolled back: another one may begin."""
        self._now = now
        self._begun = now()
        self._ids = 0
        self._closed = False
        self._ending: asyncio.Task[None] | None = None
        self._left = asyncio.Event()
        """Set when the last one has left."""

    def takes(self, ids: int) -> bool:
        """Whether so many more may join; a large one that is alone always may."""
        return not (
            self._closed
            or self.failed
            or self._ids + ids > AT_MOST
            or self._now() - self._begun > _TOO_OLD
        )

    def join(self, ids: int) -> None:
        self.members += 1
        self._ids += ids

    def close(self) -> None:
        """Nobody joins any more."""
        self._closed = True

    def leave(self, *, failed: bool) -> bool:
        """One is done, or has ``failed`` all; whether it was the last."""
        self.members -= 1
        self.failed = self.failed or failed
        self._closed = self._closed or not self.members
        return not self.members

    def ending(self, task: "asyncio.Task[None]") -> None:
        """It is being ended; nobody has to wait for that."""
        self._ending = task
        self._left.set()
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def over(self) -> None:
        """Until all is recorded, on the disk; raises what that has failed with."""
        while self._ending is None:
            await self._left.wait()
        await asyncio.shield(self._ending)
