"""Channels that the configuration does not know: their complaints work, and nobody hears of them.

The operator is told, by a metric and by a line that does not repeat itself with every complaint.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import structlog
from prometheus_client import Counter as Metric

from broker.domain.routing.rules import Rules
from broker.messaging.names import OTHER_CHANNEL
from consumers.router.handler import Batch

log = structlog.get_logger()

AGAIN: Final = 3600.0
"""Seconds until the same channel is named again."""
MOST: Final = 100
"""Channels that are told apart; adapters may invent more, which are then named ``other``."""


@dataclass(slots=True)
class _Said:
    at: float
    messages: int = 0


class UnknownChannels:
    """Told of every batch of the router.

    ``complaints`` counts those that were routed; ``channels``: those of the configuration;
    ``seconds``: a clock that never jumps.
    """

    def __init__(
        self, complaints: Metric, channels: Collection[str], seconds: Callable[[], float]
    ) -> None:
        self._complaints = complaints
        self._known = frozenset(channels)
        self._seconds = seconds
        self._said: dict[str, _Said] = {}

    def use(self, rules: Rules, _: object) -> None:
        """Other rules: they may know other channels."""
        self._known = frozenset(rules.channels)
        for channel in self._known & self._said.keys():
            del self._said[channel]

    def __call__(self, done: Batch) -> None:
        if done.channels.keys() <= self._known:
            return
        routed = sum(one.channel not in self._known for one in done.fresh)
        self._complaints.inc(routed)
        for channel, messages in done.channels.items():
            if channel not in self._known:
                self._seen(channel, messages)

    def _seen(self, channel: str, messages: int) -> None:
        now = self._seconds()
        if channel not in self._said and len(self._said) >= MOST:
            self._said = {c: s for c, s in self._said.items() if now - s.at < AGAIN}
            if len(self._said) >= MOST:
                channel = OTHER_CHANNEL
        said = self._said.get(channel)
        if said is not None and now - said.at < AGAIN:
            said.messages += messages
            return
        messages += said.messages if said else 0
        self._said[channel] = _Said(now)
        log.warning("router.unknown_channel", channel=channel, messages=messages)
