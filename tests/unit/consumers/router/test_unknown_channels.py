"""A channel that the configuration does not know is said, and not with every complaint."""

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Channel
from consumers.router.handler import Batch, Done
from consumers.router.unknown_channels import AGAIN, MOST, UnknownChannels
from consumers.runtime.metrics import RouterMetrics
from tests.unit.broker.domain.case.story import RULES


@dataclass
class Hand:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


class Observed:
    """The observer with its clock, its metric and what it logs."""

    def __init__(self) -> None:
        self.hand = Hand()
        self.registry = CollectorRegistry()
        metrics = RouterMetrics(self.registry, ["web"])
        self.unknown = UnknownChannels(metrics.unknown, ["web"], self.hand)

    def batch(self, *channels: str, parked: str | None = None) -> list[dict[str, Any]]:
        """A batch of one complaint a channel; what is logged of it."""
        done = Batch(time.perf_counter(), len(channels))
        done.channels = Counter(channels + ((parked,) if parked else ()))
        done.fresh = [Done(channel, None, cast(Any, None), (), UUID(int=0)) for channel in channels]
        with capture_logs() as lines:
            self.unknown(done)
        return cast(list[dict[str, Any]], lines)

    @property
    def counted(self) -> float | None:
        return self.registry.get_sample_value("pintu_unknown_channel_complaints_total")


def test_a_known_channel_is_not_said() -> None:
    router = Observed()
    assert router.batch("web", "web") == []
    assert router.counted == 0


def test_an_unknown_channel_is_said_once_and_at_most_once_an_hour() -> None:
    router = Observed()
    [line] = router.batch("kiosk", "kiosk", "web")
    assert line == {
        "event": "router.unknown_channel",
        "log_level": "warning",
        "channel": "kiosk",
        "messages": 2,
    }
    for _ in range(9):
        router.hand.seconds += AGAIN / 10
        assert router.batch("kiosk") == []
    router.hand.seconds += AGAIN / 10
    [again] = router.batch("kiosk")
    assert again["messages"] == 10
    assert router.counted == 12


def test_each_channel_is_said_on_its_own_also_where_its_messages_cannot_be_used() -> None:
    router = Observed()
    lines = router.batch("kiosk", parked="totem")
    assert [line["channel"] for line in lines] == ["kiosk", "totem"]
    assert router.counted == 1


def test_a_channel_that_the_configuration_came_to_know_is_not_said_any_more() -> None:
    router = Observed()
    router.batch("sms")
    router.unknown.use(rules_with("web", "sms"), None)
    router.hand.seconds += 2 * AGAIN
    assert router.batch("sms") == []
    assert router.counted == 1
    router.unknown.use(rules_with("web"), None)
    assert len(router.batch("sms")) == 1


def rules_with(*channels: str) -> Rules:
    return replace(RULES, channels={code: Channel(code, code) for code in channels})


def test_names_that_adapters_invent_are_neither_remembered_nor_said_without_end() -> None:
    router = Observed()
    said = [line for n in range(5 * MOST) for line in router.batch(f"made-up-{n}")]
    assert len(said) == MOST + 1
    assert said[-1]["channel"] == "other"
    assert len(router.unknown._said) == MOST + 1
    router.hand.seconds += AGAIN
    [line] = router.batch("late")
    assert line["channel"] == "late", "those of an hour ago have made room"
    assert len(router.unknown._said) == 1
