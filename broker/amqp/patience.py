"""How long a batch may stay unconfirmed on a connection that lives."""

from typing import Final

from broker.ports.messaging import HELD_AT_MOST

_LONGER: Final = 4


class Patience:
    """Longer after each batch that was given up, and at first again after one that was confirmed.

    A queue that lost its quorum confirms nothing for as long as that lasts. Another node may know
    better, so the first try is short; but each that is given up brings its messages back with
    their delivery count one higher, so there must be few: three in the first half hour.
    """

    def __init__(self, first: float, longest: float = HELD_AT_MOST) -> None:
        self._first = first
        self._longest = max(first, longest)
        self.seconds = first

    def spent(self) -> None:
        """Nothing came in that time."""
        self.seconds = min(self.seconds * _LONGER, self._longest)

    def rewarded(self) -> None:
        """A batch was confirmed."""
        self.seconds = self._first
