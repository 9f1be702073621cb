"""What of the topology is known to be missing; while anything is, nothing more is sent its way.

A mandatory publish cannot tell that an agency's queue is gone, since the case consumer and the
audit trail take the same event: the complaint would reach nobody, and nobody would know.
"""

import asyncio
from collections.abc import Collection

from broker.errors import Unroutable

_SHOWN = 3


class Damage:
    """Shared by all parts of a process: the watch of the topology tells, workers wait."""

    def __init__(self) -> None:
        self.missing: frozenset[str] = frozenset()
        self._whole = asyncio.Event()
        self._whole.set()

    def seen(self, missing: Collection[str]) -> None:
        """What a look has shown: objects by kind and name; none where the topology is whole."""
        self.missing = frozenset(missing)
        if self.missing:
            self._whole.clear()
        else:
            self._whole.set()

    async def mended(self, stop: asyncio.Event) -> None:
        """Wait until nothing is missing; at once where nothing is.

        Raises:
            Unroutable: told to stop before.
        """
        if self._whole.is_set():
            return
        waiting = [asyncio.create_task(event.wait()) for event in (self._whole, stop)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        if not self._whole.is_set():
            raise Unroutable(f"not there: {self}")

    def __str__(self) -> str:
        named = sorted(self.missing)
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        return f"{', '.join(named[:_SHOWN])}{more}"
