"""How often somebody may ask: fixed windows, counted here and shared through the store."""

import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from broker.errors import StoreUnavailable
from broker.ports import GatewayStore, Window


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds. ``name`` keeps what is counted apart."""

    name: str
    most: int
    seconds: int


OF_KEY: Final = Rate("key", 120_000, 60)
OF_ADDRESS: Final = Rate("address", 600, 60)
"""Without a key. Telephones share addresses: an operator's thousands come from a handful."""
FILES_OF_ADDRESS: Final = Rate("files-address", 1_000, 3600)
"""Files without a key; they take room on a disk."""
WRONG_OF_CASE: Final = Rate("wrong-case", 20, 3600)
"""Wrong pins of one tracking code: of a million pins, twenty an hour find one in three
years. Counted for codes that no case has as well, so that nothing tells them apart."""
WRONG_OF_ADDRESS: Final = Rate("wrong-address", 100, 3600)
RATES: Final = (OF_KEY, OF_ADDRESS, WRONG_OF_CASE, WRONG_OF_ADDRESS)
"""All of them."""


class Rates:
    """Counts of this process, and what the store knew of all a moment ago."""

    def __init__(self) -> None:
        self._new: Counter[Window] = Counter()
        self._known: dict[Window, int] = {}

    def add(self, rate: Rate, who: str) -> None:
        """Count one."""
        self._new[_window(rate, who)] += 1

    def wait(self, rate: Rate, who: str) -> int | None:
        """Seconds until whoever has used up this rate may ask again; None where he may now."""
        window = _window(rate, who)
        if self._known.get(window, 0) + self._new[window] < rate.most:
            return None
        return max(1, window.begins + rate.seconds - int(time.time()))

    async def exchange(self, store: GatewayStore) -> None:
        """Tell the store; where it is away, the next time."""
        told = dict(self._new)
        try:
            counted = await store.count(told)
        except StoreUnavailable:
            return
        self._new.subtract(told)
        self._new = +self._new
        now = time.time()
        kept = {w: n for w, n in self._known.items() if w.begins > now - 2 * 3600}
        self._known = kept | counted


def _window(rate: Rate, who: str) -> Window:
    # By the clock on the wall: every process and machine has the same windows.
    now = int(time.time())
    digest = sha256(f"{rate.name}:{rate.seconds}:{who}".encode()).digest()
    return Window(digest, now - now % rate.seconds)
