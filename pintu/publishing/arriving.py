"""Items that a thread reads, taken in batches: neither a slow pipe nor a full broker stops
the event loop, and no more is read ahead than fits into memory."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

AHEAD: Final = 2_000
"""Items read ahead at most."""


class Arriving(Generic[T]):
    """Begins to read at once. For one event loop."""

    def __init__(self, items: Iterable[T], ahead: int = AHEAD) -> None:
        self._items = items
        self._ahead = ahead
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._read: deque[T] = deque()
        self._room = threading.Condition()
        self._ended = False
        self._failure: BaseException | None = None
        # A daemon: the process may leave while it waits for a pipe in which nothing comes.
        threading.Thread(target=self._work, name="reading", daemon=True).start()

    async def take(self, most: int) -> list[T]:
        """What has been read, at least one and at most ``most``; nothing at the end.

        Raises whatever the reading raised, after what was read before.
        """
        while True:
            ended = self._ended  # asked first: what was read before the end is there by then
            if self._read:
                break
            if ended:
                if self._failure is not None:
                    raise self._failure
                return []
            self._news.clear()
            if not self._read and not self._ended:
                await self._news.wait()
        with self._room:
            taken = [self._read.popleft() for _ in range(min(most, len(self._read)))]
            self._room.notify()
        return taken

    def _work(self) -> None:
        try:
            for item in self._items:
                with self._room:
                    while len(self._read) >= self._ahead:
                        self._room.wait()
                    self._read.append(item)
                    first = len(self._read) == 1
                if first:
                    self._tell()
        except BaseException as why:  # it is raised where the items are taken
            self._failure = why
        self._ended = True
        self._tell()

    def _tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody takes any more
            self._loop.call_soon_threadsafe(self._news.set)
