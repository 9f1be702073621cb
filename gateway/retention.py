"""What the gateway remembers, dropped in time."""

from datetime import datetime, timedelta
from typing import Final

from broker.ports import GatewayStore
from config.settings import Settings

_WINDOWS: Final = timedelta(days=1)
"""The longest window of gateway.api.rates is an hour."""
_PRESENCE: Final = timedelta(hours=1)
"""Who was at a case is of use for a minute."""
_AT_ONCE: Final = 10_000


async def forget(store: GatewayStore, settings: Settings, now: datetime) -> None:
    """Drop idempotency keys, ended keys of portals and counts that are past their days,
    and who was at which case."""
    await store.forget_windows(now - _WINDOWS)
    await store.presence.forget_presence(now - _PRESENCE)
    await store.forget_keys(now - timedelta(days=settings.gateway_key_days))
    remembered = now - timedelta(days=settings.gateway_idempotency_days)
    while await store.forget(remembered, _AT_ONCE) == _AT_ONCE:
        pass
