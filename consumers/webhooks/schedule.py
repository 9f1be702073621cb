"""When an event is tried again, and when no more."""

from datetime import datetime, timedelta
from typing import Final

PAUSES: Final = tuple(timedelta(seconds=each) for each in (5, 60, 300, 1800, 2 * 3600, 5 * 3600))
LAST_PAUSE: Final = timedelta(hours=10)
"""After each further try."""
GIVEN_UP_AFTER: Final = timedelta(days=3)
"""From the first try on; what would be tried later is parked instead."""


def next_try(
    tries: int, first: datetime, now: datetime, wanted: timedelta | None = None
) -> datetime | None:
    """When it is tried next; None where it is given up.

    Args:
        tries: how many have failed, this one included.
        first: when the first one was.
        now: when this one was.
        wanted: for how long the endpoint wants to be left alone (Retry-After). It is, for no
            longer than the longest pause, and never less than the pause that is due.
    """
    pause = PAUSES[tries - 1] if tries <= len(PAUSES) else LAST_PAUSE
    if wanted is not None:
        pause = max(pause, min(wanted, LAST_PAUSE))
    due = now + pause
    return due if due <= first + GIVEN_UP_AFTER else None
