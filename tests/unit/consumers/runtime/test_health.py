"""What /readyz and the metrics tell: what is wanting, why, and since when."""

import json
import urllib.error
import urllib.request
from asyncio import to_thread
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest

from consumers.runtime.health import Health
from consumers.runtime.health_http import serving
from consumers.runtime.metrics import HealthMetrics

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CONDITIONS = ("topology", "connected", "publishing", "consuming", "store")


class Hands:
    """Both clocks of a health; they pass when they are told to."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return 1000.0 + self.passed


def a_health(hands: Hands, *holding: str) -> Health:
    health = Health("router", clock=hands, seconds=hands.seconds)
    health.holds(*holding)
    return health


def test_nothing_holds_at_the_start() -> None:
    health = Health("router")
    assert set(health.wanting) == set(CONDITIONS)
    assert not health.ready and not health.connected


def test_it_says_since_when_and_not_since_it_was_last_said() -> None:
    hands = Hands()
    health = a_health(hands, *CONDITIONS)
    assert health.ready and health.since == {}
    health.fails("store", "locked")
    hands.passed += 90
    health.fails("store", "no answer")
    assert health.wanting == {"store": "no answer"}
    assert health.since == {"store": "2026-11-24T03:00:00+00:00"}
    assert health.seconds_wanting("router")["store"] == 90
    health.holds("store")
    health.fails("store", "locked")
    assert health.since == {"store": "2026-11-24T03:01:30+00:00"}


def test_a_rabbitmq_that_takes_no_publishes_is_as_good_as_none() -> None:
    health = a_health(Hands(), *CONDITIONS)
    assert health.connected
    health.blocks("memory alarm")
    assert health.blocked == "memory alarm"
    assert "memory alarm" in health.wanting["publishing"]
    assert not health.connected and not health.ready
    health.blocks(None)
    assert health.blocked is None
    assert not health.connected, "a probe has to show it first"


def test_parts_have_their_own_conditions_and_one_topology() -> None:
    root = Health("all")
    parts = root.split(("router", "cases"))
    for part in parts.values():
        part.holds(*CONDITIONS)
    assert root.ready
    parts["cases"].fails("store", "locked")
    parts["router"].fails("topology", "a queue is missing")
    parts["cases"].blocks("disk alarm")
    assert set(root.wanting) == {"cases store", "cases publishing", "topology"}
    assert set(root.since) == set(root.wanting)
    assert root.blocked == "disk alarm"


def test_the_metrics_are_told_by_part() -> None:
    hands, registry = Hands(), CollectorRegistry()
    root = Health("all", clock=hands, seconds=hands.seconds)
    parts = root.split(("router", "cases"))
    for part in parts.values():
        part.holds(*CONDITIONS)
    metrics = HealthMetrics(registry)
    value = registry.get_sample_value

    metrics.show(root)
    assert value("pintu_ready", {"part": "router"}) == 1
    assert value("pintu_ready", {"part": "cases"}) == 1
    assert value("pintu_broker_connected") == 1
    assert value("pintu_broker_blocked") == 0
    store = {"part": "cases", "condition": "store"}
    assert value("pintu_condition_since_seconds", store) == 0

    parts["cases"].fails("store", "locked")
    parts["cases"].blocks("memory alarm")
    hands.passed += 7
    metrics.show(root)
    assert value("pintu_ready", {"part": "router"}) == 1
    assert value("pintu_ready", {"part": "cases"}) == 0
    assert value("pintu_broker_connected") == 0
    assert value("pintu_broker_blocked") == 1
    assert value("pintu_condition_since_seconds", store) == 7

    root.holds("topology")
    parts["cases"].fails("topology", "a queue is missing")
    metrics.show(root)
    assert value("pintu_ready", {"part": "router"}) == 0, "of the topology all have the same"


def test_every_condition_of_every_part_is_there_from_the_beginning() -> None:
    registry = CollectorRegistry()
    root = Health("all")
    root.split(("router", "cases"))
    HealthMetrics(registry).show(root)
    page = generate_latest(registry).decode()
    for part in ("router", "cases"):
        for condition in CONDITIONS:
            assert f'{{condition="{condition}",part="{part}"}}' in page


async def test_the_page_says_what_is_wrong_and_since_when() -> None:
    hands = Hands()
    health = a_health(hands, *CONDITIONS)
    async with serving(("127.0.0.1", 0), CollectorRegistry(), health) as url:
        assert await to_thread(get, f"{url}/readyz") == (200, {"ready": True, **NOTHING})
        health.blocks("memory alarm")
        status, told = await to_thread(get, f"{url}/readyz")
    assert status == 503
    assert told == {
        "ready": False,
        "wanting": {"publishing": "memory alarm: RabbitMQ takes no publishes"},
        "since": {"publishing": "2026-11-24T03:00:00+00:00"},
    }


NOTHING: dict[str, object] = {"wanting": {}, "since": {}}


def get(url: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
