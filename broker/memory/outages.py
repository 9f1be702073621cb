"""What may be wrong with a broker that is still there: blocked, silent, or no longer permitting."""

import asyncio
from collections.abc import Callable

from broker.errors import BrokerUnavailable


class Outages:
    """``blocked``, ``silent`` and ``refused`` say what is the matter, in words; None where it is
    not. Whoever waits for a change is woken by ``changed``."""

    def __init__(self) -> None:
        self.blocked: str | None = None
        self.silent: str | None = None
        self.refused: str | None = None
        self._holds_ended = 0
        self._news = asyncio.Event()

    def changed(self) -> None:
        """Wake everyone who waits."""
        self._news.set()
        self._news = asyncio.Event()

    def end_holds(self) -> None:
        """What is held now has been held for as long as it may be."""
        self._holds_ended += 1
        self.changed()

    async def passed(self, still_open: Callable[[], object] = lambda: None) -> None:
        """Wait until the broker takes publishes and answers.

        ``still_open`` is called at every change, and raises where there is nothing to wait for.

        Raises:
            BrokerUnavailable: held for too long.
        """
        ended = self._holds_ended
        while self.blocked or self.silent:
            await self._news.wait()
            still_open()
            if self.blocked and self._holds_ended != ended:
                raise BrokerUnavailable(f"held for too long: {self.blocked}")
