"""The demonstration's clock: as fast as the scene wants it, never backwards."""

import time
from datetime import UTC, datetime, timedelta


class Hourglass:
    """See broker.ports.TimeSource. Begins now, at the pace of the wall's clock."""

    def __init__(self) -> None:
        self._moment = datetime.now(UTC)
        self._since = time.monotonic()
        self._speed = 1.0

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    def run(self, speed: float) -> None:
        """From here on time runs ``speed`` times as fast."""
        self._moment, self._since, self._speed = self.now(), time.monotonic(), speed
