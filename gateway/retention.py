"""What the gateway remembers, dropped in time."""

from datetime import datetime, timedelta
from typing import Final

from broker.ports import GatewayStore
from config.settings import Settings

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
