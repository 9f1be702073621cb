"""The wiring's clocks: the only place, with the store, that asks the machine for the time."""

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    """See broker.ports.TimeSource."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FastClock:
    """Time that began at ``began`` and runs ``speed`` times faster; for demonstrations only."""

    began: datetime
    speed: float

    def now(self) -> datetime:
        return self.began + (datetime.now(UTC) - self.began) * self.speed
