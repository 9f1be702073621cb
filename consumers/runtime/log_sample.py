"""Of which complaints the log tells: of all, of a share, or of none."""

from typing import Final
from uuid import UUID

_PARTS: Final = 1 << 32


class LogSample:
    """Whether the lines of a complaint are written. It goes by the complaint's id, so all lines of
    one, of whatever process, are there, or none. ``share``: from 0 to 1."""

    def __init__(self, share: float) -> None:
        self._below = round(share * _PARTS)

    def __call__(self, complaint: UUID) -> bool:
        # The last digits of a UUIDv5 are those of a hash.
        return complaint.int % _PARTS < self._below


EVERY: Final = LogSample(1.0)
