"""A failure that repeats itself is said once, and then now and then with how often."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_AGAIN: Final = 60.0
"""Seconds until the same failure is said again: tries come every second or three."""
_MOST: Final = 50
"""Failures that are told apart; with more than that everything is said."""


@dataclass(slots=True)
class _Said:
    at: float
    times: int = 0


class Repeats:
    """Which failures are to be said. ``seconds``: a clock that never jumps."""

    def __init__(self, seconds: Callable[[], float], *, again: float = _AGAIN) -> None:
        self._seconds = seconds
        self._again = again
        self._said: dict[str, _Said] = {}

    def times(self, failure: str) -> int:
        """How often it has come since it was last said, this time included; 0: say nothing."""
        now = self._seconds()
        said = self._said.get(failure)
        if said is None:
            if len(self._said) >= _MOST:
                self._said.clear()
            self._said[failure] = _Said(now)
            return 1
        said.times += 1
        if now - said.at < self._again:
            return 0
        times, said.at, said.times = said.times, now, 0
        return times

    def over(self) -> None:
        """It works again: the next failure is news."""
        if self._said:
            self._said.clear()
