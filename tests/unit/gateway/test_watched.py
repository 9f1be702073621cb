"""What the gateway counts of itself: by route and code, and never by whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest

from broker.ports import ApiKey
from consumers.runtime.metrics import GatewayMetrics
from gateway.access.key_watch import ends
from gateway.api.rates import RATES
from tests.unit.gateway.door import NOW, MemoryDoor

DAY: Final = timedelta(days=1)
CODE: Final = "7K2M-9QXA-4TZ1"
KEY: Final = ApiKey(
    "k3v9m2qa", b"", "channel.web", frozenset({"read"}), NOW - DAY, NOW + 5 * DAY, NOW - DAY
)


def watched(door: MemoryDoor) -> CollectorRegistry:
    """From now on the door counts here."""
    registry = CollectorRegistry()
    metrics = GatewayMetrics(registry)
    door.world.metrics = door.app._metrics = metrics
    return registry


async def test_complaints_count_by_their_door_and_refusals_by_their_reason(
    door: MemoryDoor,
) -> None:
    registry = watched(door)
    bearer = {"Authorization": f"Bearer {door.keys['web']}"}
    filed = await door.client.post("/v1/complaints", json={"text": "sampah"}, headers=bearer)
    assert filed.status_code == 202
    await door.client.post("/v1/complaints", json={"text": " "}, headers=bearer)
    await door.client.post("/v1/complaints", json={"text": "sampah"})
    await door.client.post("/lapor", content="text=sampah", headers={"X-Forwarded-For": "10.0.0.9"})
    await door.client.post("/lacak", content=f"code={CODE}&pin=1")
    await door.post("/open311/v2/requests.json", {"service_code": "none"})
    told = {
        (name, label): registry.get_sample_value(name, {of: label})
        for name, of, label in (
            ("pintu_gateway_complaints_total", "door", "api"),
            ("pintu_gateway_complaints_total", "door", "form"),
            ("pintu_http_refused_total", "problem", "bad-data"),
            ("pintu_http_refused_total", "problem", "no-key"),
            ("pintu_http_refused_total", "problem", "not-found"),
        )
    }
    assert set(told.values()) == {1.0} | {2.0}, told
    assert told["pintu_http_refused_total", "not-found"] == 2.0  # a code, a service
    assert registry.get_sample_value("pintu_http_requests_in_hand") == 0
    page = generate_latest(registry).decode()
    assert not [mark for mark in (CODE, "10.0.0.9", door.keys["web"][6:14]) if mark in page]


async def test_who_asks_too_often_counts_by_the_limit(door: MemoryDoor) -> None:
    registry = watched(door)
    door.world.metrics.counts_from_nought(rate.name for rate in RATES)
    for number in range(103):
        await door.client.get(f"/v1/complaints/{CODE[:4]}", params={"pin": number})
    limited = {
        rate.name: registry.get_sample_value("pintu_http_rate_limited_total", {"rate": rate.name})
        for rate in RATES
    }
    assert limited == {"key": 0, "address": 0, "wrong-case": 0, "wrong-address": 3}


def test_a_key_in_use_tells_when_it_ends_and_no_other_does(door: MemoryDoor) -> None:
    rules = door.world.config.rules
    for ignored in (
        replace(KEY, revoked_at=NOW),
        replace(KEY, used_at=None),
        replace(KEY, used_at=NOW - 8 * DAY),
        replace(KEY, expires_at=None),
        replace(KEY, expires_at=NOW),
    ):
        assert ends([ignored], rules, NOW) == {}
    other = replace(KEY, of="channel.0812345678", expires_at=NOW + DAY)
    agency = replace(KEY, of="agency.dlh")
    later = replace(KEY, expires_at=NOW + 9 * DAY)
    assert ends([later, KEY, other, agency], rules, NOW) == {
        "channel.web": NOW + 5 * DAY,
        "other": NOW + DAY,
        "agency.dlh": NOW + 5 * DAY,
    }
