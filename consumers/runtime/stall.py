"""A batch that takes far too long, whatever it waits for, or is held: the health is told."""

from collections.abc import Callable
from typing import Final

from consumers.runtime.health import Health

_TOO_LONG: Final = 10.0
"""Seconds. A batch takes fractions of one; another router's claim on the same complaint may take
as long as a publish does."""


class Stall:
    """Of batches that are completed one after the other or side by side, in their order.

    ``seconds``: a clock that never jumps.
    """

    def __init__(self, health: Health, seconds: Callable[[], float]) -> None:
        self._health = health
        self._seconds = seconds
        self._begun: list[float] = []
        """Of each that is being completed, the oldest first."""
        self._told = False

    def begin(self) -> None:
        """One more is being completed from now on."""
        self._begun.append(self._seconds())

    def end(self) -> None:
        """The oldest is done, or given up."""
        del self._begun[0]
        if self._told:
            self._told = False
            self._health.holds("consuming")

    def held(self, why: str) -> None:
        """One is held, for a reason that is known."""
        self._tell(f"a batch is held: {why}")

    def look(self, excused: bool) -> None:
        """Tell the health where it takes too long; the time while it is ``excused``, since
        something else is said to be wrong, does not count."""
        now = self._seconds()
        if excused:
            self._begun = [now] * len(self._begun)
        late = bool(self._begun) and now - self._begun[0] > _TOO_LONG
        if late and not self._told:
            self._tell(f"a batch is not done after {_TOO_LONG:g} s")

    def _tell(self, why: str) -> None:
        self._told = True
        self._health.fails("consuming", why)
