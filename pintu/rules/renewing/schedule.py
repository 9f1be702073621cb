"""When to learn: once a month, at an hour of the configuration's zone; what was missed, at once."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

_RETRY: Final = timedelta(hours=1)
"""After a failure."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """`day` 1 to 28, `hour` 0 to 23 in `zone`."""

    zone: tzinfo
    day: int
    hour: int

    def last(self, now: datetime) -> datetime:
        """The latest moment of the schedule that is not after `now`."""
        local = now.astimezone(self.zone)
        this = self._in(local.year, local.month)
        before = local.replace(day=1) - timedelta(days=1)
        return this if this <= now else self._in(before.year, before.month)

    def next(self, now: datetime) -> datetime:
        """The first one after `now`."""
        local = now.astimezone(self.zone)
        this = self._in(local.year, local.month)
        days = monthrange(local.year, local.month)[1]
        after = local.replace(day=days) + timedelta(days=1)
        return this if this > now else self._in(after.year, after.month)

    def nightly(self, now: datetime) -> datetime:
        """The latest moment not after `now` that has this hour."""
        local = now.astimezone(self.zone)
        hour = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return hour if hour <= now else hour - timedelta(days=1)

    def due(
        self, now: datetime, learned: datetime | None, failed: datetime | None
    ) -> datetime | None:
        """Since when a learning is due; None: it is not yet. `learned`: when the last one came to
        an end; `failed`: when one failed since."""
        since = self.last(now)
        if learned is not None and learned >= since:
            return None
        if failed is not None and now < failed + _RETRY:
            return None
        return since

    def _in(self, year: int, month: int) -> datetime:
        return datetime(year, month, self.day, self.hour, tzinfo=self.zone)
