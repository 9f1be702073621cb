"""How much of what time alone brings is done in one transaction, and what where that fails."""

from typing import Final, NamedTuple

STEP: Final = 200
"""Of what time alone brings, in one transaction."""


class TimeBrings(NamedTuple):
    """How much of what time alone brings goes with a batch that holds a watermark.

    ``expired``: so many of what was deferred long enough; ``failing``: the program fails on
    these, they are parked; ``amends``: whether cases follow the calendar.
    """

    expired: int = STEP
    failing: bool = False
    amends: bool = True


LESS_AND_LESS: Final = (
    TimeBrings(),
    TimeBrings(1, amends=False),
    TimeBrings(1, failing=True, amends=False),
    TimeBrings(0, amends=False),
)
"""What is tried where the program fails on what time brings: the first alone, then without it."""
