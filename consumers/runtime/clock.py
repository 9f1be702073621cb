"""The wiring's clocks: the only place, with the store, that asks the machine for the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from broker.ports import TimeSource
from consumers.runtime.agreed_clock import AgreedClock

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
"""https://man7.org/linux/man-pages/man4/random.4.html"""


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


def boot_seconds() -> float:
    """Seconds since this machine started, its sleep included: nobody can set that."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def boot_id() -> str | None:
    """Which start of which machine this is; None where the system does not tell."""
    try:
        return _BOOT_ID.read_text("ascii").strip() or None
    except (OSError, ValueError):
        return None


def agreed_clock() -> AgreedClock:
    """This machine's clock, not believed beyond what other clocks agree on."""
    return AgreedClock(SystemClock(), boot_seconds, boot_id())


def is_trusted(clock: TimeSource) -> bool:
    """Whether it is known what time it is."""
    return clock.trusted.is_set() if isinstance(clock, AgreedClock) else True


def agreed(clock: TimeSource) -> Callable[[], datetime]:
    """Up to when it is certain that time has come: for watermarks, and for what may fire."""
    return clock.agreed if isinstance(clock, AgreedClock) else clock.now
