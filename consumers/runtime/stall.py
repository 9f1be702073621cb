"""A batch that takes far too long, whatever it waits for: the health is told."""

from collections.abc import Callable
from typing import Final

from consumers.runtime.health import Health

_TOO_LONG: Final = 10.0
"""Seconds. A batch takes fractions of one; another router's claim on the same complaint may take
as long as a publish does."""


class Stall:
    """``seconds``: a clock that never jumps."""

    def __init__(self, health: Health, seconds: Callable[[], float]) -> None:
        self._health = health
        self._seconds = seconds
        self._begun: float | None = None
        self._told = False

    def begin(self) -> None:
        """A batch is being completed from now on."""
        self._begun = self._seconds()

    def end(self) -> None:
        """It is done, or given up."""
        self._begun = None
        if self._told:
            self._told = False
            self._health.holds("consuming")

    def look(self) -> None:
        """Tell the health where it takes too long."""
        if self._begun is not None and self._seconds() - self._begun > _TOO_LONG:
            self._told = True
            self._health.fails("consuming", f"a batch is not done after {_TOO_LONG:g} s")
