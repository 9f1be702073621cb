"""What the gateway remembers, dropped in time."""

from datetime import datetime, timedelta
from typing import Final

from broker.ports import GatewayStore, PeopleStore
from config.settings import Settings
from gateway.access.entering import QUIET
from gateway.access.sessions import IDLE, LONGEST

_WINDOWS: Final = timedelta(days=1)
"""The longest window of gateway.api.rates is an hour."""
DUTY_KEPT: Final = timedelta(days=400)
"""After the last day of who was on duty: a report of the year before can still be read."""
_PRESENCE: Final = timedelta(hours=1)
"""Who was at a case is of use for a minute."""
_AT_ONCE: Final = 10_000


async def forget(store: GatewayStore, settings: Settings, now: datetime) -> None:
    """Drop idempotency keys, ended keys of portals, counts, who was at which case and who was on
    duty, past their days."""
    await store.forget_windows(now - _WINDOWS)
    await store.presence.forget_presence(now - _PRESENCE)
    await store.forget_keys(now - timedelta(days=settings.gateway_key_days))
    await store.duties.forget_duties((now - DUTY_KEPT).date())
    remembered = now - timedelta(days=settings.gateway_idempotency_days)
    while await store.forget(remembered, _AT_ONCE) == _AT_ONCE:
        pass


async def forget_people(store: PeopleStore, settings: Settings, now: datetime) -> None:
    """Drop sessions that are over, tries that count no more, and old lines of who did what.

    ``now``: real time, however fast the clock of the cases runs.
    """
    await store.forget_sessions(now - LONGEST, now - IDLE)
    await store.forget_tries(now - QUIET)
    await store.forget_people_lines(now - timedelta(days=settings.people_line_days))
