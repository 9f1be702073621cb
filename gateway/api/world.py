"""What the routes work with."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry

from broker.errors import BadConfiguration, StoreUnavailable
from broker.ports import ApiKey, CaseStore, GatewayStore, TimeSource
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import GatewayMetrics
from gateway.access.keys import id_of
from gateway.access.oidc import OidcProvider
from gateway.api.asking import Updates
from gateway.api.batching import Batches
from gateway.api.rates import Rates
from gateway.api.sending import Intake
from gateway.api.traces import RequestSpans
from gateway.attachments.keeping import Attachments
from gateway.desk.indexing import Indexing
from gateway.desk.parked_room import ParkedRoom
from gateway.desk.session import DeskSession

KEY_FRESH_FOR: Final = 5.0
"""Seconds for which a key that was looked up is believed: a revoked one is good for so long."""
_KEYS: Final = 10_000


def _wall() -> datetime:
    return datetime.now(UTC)


def _no_desk() -> DeskSession:
    raise BadConfiguration("this gateway was made without a desk")


def _no_parked() -> ParkedRoom:
    raise BadConfiguration("this gateway was made without a way to the parked messages")


@dataclass(slots=True)
class Gateway:
    """Rules, stores, RabbitMQ and the time. ``pins``, ``links``: the secrets that pins and links in
    mails are made with, ``forms``: that with which forms of people who are signed in are;
    ``public_url``: how the gateway is reached from outside, where that is set; ``desk``: makes
    what the use cases of the desk work with; ``parked``: the room for what could not be used;
    ``search``: the index in which they look cases up; ``wall``: the time of sign-ins and sessions,
    which never runs faster; ``second_factor``: roles that have to have one; ``oidc``: where people
    sign in elsewhere; ``state``: the state folder."""

    config: LiveConfig
    cases: CaseStore
    store: GatewayStore
    intake: Intake
    updates: Updates
    rates: Rates
    remember: "Batches[tuple[bytes, bytes], bytes]"
    clock: TimeSource
    pins: bytes
    attachments: Attachments
    public_url: str | None = None
    links: bytes = b""
    forms: bytes = b""
    desk: Callable[[], DeskSession] = _no_desk
    parked: Callable[[], ParkedRoom] = _no_parked
    metrics: GatewayMetrics = field(default_factory=lambda: GatewayMetrics(CollectorRegistry()))
    spans: RequestSpans | None = None
    search: Indexing | None = None
    state: Path = Path(".pintu")
    used: dict[str, datetime] = field(default_factory=dict)
    wall: Callable[[], datetime] = _wall
    second_factor: frozenset[str] = frozenset()
    oidc: OidcProvider | None = None
    _keys: dict[str, tuple[float, ApiKey | None]] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock.now()

    async def key(self, shown: str) -> ApiKey | None:
        """The key that somebody sent, as it is kept; None where it has no key's form."""
        id = id_of(shown)
        if id is None:
            return None
        found = self._keys.get(id)
        if found is None or time.monotonic() - found[0] > KEY_FRESH_FOR:
            if len(self._keys) >= _KEYS:
                self._keys.clear()
            found = time.monotonic(), await self.store.key(id)
            self._keys[id] = found
        if found[1] is not None:
            self.used[id] = self.now().replace(second=0, microsecond=0)
        return found[1]


async def keep_counts(gateway: Gateway, every: float = 1.0) -> None:
    """What was counted goes into the store, and what others counted comes from it."""
    while True:
        await asyncio.sleep(every)
        await gateway.rates.exchange(gateway.store)
        used, gateway.used = gateway.used, {}
        try:
            await gateway.store.key_used(used)
        except StoreUnavailable:
            gateway.used = used | gateway.used  # the next time
