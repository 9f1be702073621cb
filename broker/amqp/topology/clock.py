"""RabbitMQ's own clock. AMQP 0-9-1 does not show it; every answer of the management API does."""

from datetime import datetime

from broker.amqp.library import address_of
from broker.amqp.topology.management import ManagementUnavailable, management

_WITHIN = 3.0
"""Seconds for an answer: one that takes longer says little of the time."""
_HERE = ("localhost", "::1")


async def broker_clock(amqp_url: str, management_url: str | None) -> tuple[datetime, bool] | None:
    """What the clock of RabbitMQ's machine shows, to the second, and whether that is another
    machine than this one; None where the management API is not there or does not tell."""
    try:
        async with management(amqp_url, management_url, within=_WITHIN) as api:
            if api.told_at is None:
                return None
            return api.told_at, not is_here(amqp_url)
    except ManagementUnavailable:
        return None


def is_here(amqp_url: str) -> bool:
    """Whether one of the hosts of this URL is this machine itself."""
    hosts = (host for host, _ in address_of(amqp_url).hosts)
    return any(host in _HERE or host.startswith("127.") for host in hosts)
