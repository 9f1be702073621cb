"""When keys end that somebody works with, as a metric: before a portal stands before the door."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.ports import ApiKey
from consumers.runtime.service import Service
from gateway.api.world import Gateway

LOOKS_EVERY: Final = 15.0
"""Seconds."""
IN_USE: Final = timedelta(days=7)
"""A key that was used within so long is worked with: one that was replaced is not for long."""


async def watch_keys(service: Service, gateway: Gateway) -> None:
    """Until the service is told to stop."""

    async def look() -> None:
        found = await gateway.store.keys()
        gateway.metrics.keys(ends(found, gateway.config.rules, gateway.now()))

    await service.every(LOOKS_EVERY, look)


def in_use(key: ApiKey, now: datetime) -> bool:
    """Whether somebody works with it now: not revoked, and used lately."""
    return key.revoked_at is None and key.used_at is not None and key.used_at > now - IN_USE


def ends(keys: Iterable[ApiKey], rules: Rules, now: datetime) -> Mapping[str, datetime]:
    """By whom they speak for, when the first of their keys in use ends; a key that has ended tells
    of itself, by the refusals of whoever sends it."""
    found: dict[str, datetime] = {}
    for key in keys:
        end = key.expires_at
        if end is not None and end > now and in_use(key, now):
            of = _shown(key.of, rules)
            found[of] = min(end, found.get(of, end))
    return found


def known(of: str, rules: Rules) -> bool:
    """Whether the configuration knows that channel or agency."""
    who, _, code = of.partition(".")
    return code in (rules.agencies if who == "agency" else rules.channels)


def _shown(of: str, rules: Rules) -> str:
    return of if known(of, rules) else names.OTHER_CHANNEL
