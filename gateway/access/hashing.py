"""Argon2 on threads of its own, so few at once that many sign-ins take neither the machine's memory
(64 MiB each) nor the threads that files and workbooks are made on."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

AT_ONCE: Final = 2
MOST: Final = 24
"""Tries to sign in that are in hand, those that wait for their turn included: some two seconds."""

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """Whose turn it is; one for all of a process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._in_hand = 0

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Whether there is room for one more try; it is held while the block runs."""
        room = self._in_hand < MOST
        self._in_hand += room
        try:
            yield room
        finally:
            self._in_hand -= room

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the job gives, when its turn has come."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: job(*args, **kwargs))


TURNS: Final = Turns()
