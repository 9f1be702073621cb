"""The time, as the work is given it."""

from datetime import datetime
from typing import Protocol


class TimeSource(Protocol):
    """Time, given by the wiring: the system's, or a fast one for demonstrations."""

    def now(self) -> datetime:
        """Aware, UTC."""
