"""What `pintu doctor` sees of the doors over HTTP: a real gateway, asked from outside."""

import json
import socket
from typing import Any

from broker.node.tcp_ports import choose_ports
from tests.acceptance.gateway.http import Door
from tests.acceptance.program import pintu

CHECKS = {
    "gateway-away", "gateway-pages", "gateway-outside", "gateway-plain", "gateway-certificate",
    "key-ends", "key-owner",
}  # fmt: skip


def told(door: Door, **settings: str) -> tuple[dict[str, Any], set[str]]:
    """The findings about the doors by their check, and which of these were fine."""
    place = door.address.removeprefix("http://")
    given = {**door.settings, "AMQP_URL": "amqp://127.0.0.1:1/", "GATEWAY": place, **settings}
    record = json.loads(pintu("doctor", "--json", settings=given).stdout)
    found = {one["check"]: one for one in record["findings"] if one["check"] in CHECKS}
    return found, {one["check"] for one in record["fine"]} & CHECKS


def test_doors_that_are_open_are_fine_and_a_key_of_nobody_is_told(door: Door) -> None:
    door.key("web", "--days", "100")
    found, fine = told(door, GATEWAY_URL=door.address)
    assert found == {}
    assert fine >= {"gateway-away", "gateway-pages", "gateway-outside", "key-ends"}
    door.key("kios", "--days", "5")
    found, _ = told(door)
    assert set(found) == {"key-owner"}
    assert "channel.kios" in found["key-owner"]["what"]


def test_a_gateway_that_is_away_or_something_else_in_its_place_is_told(door: Door) -> None:
    nobody = f"127.0.0.1:{choose_ports().amqp}"
    found, _ = told(door, GATEWAY=nobody)
    assert set(found) - {"key-owner"} == {"gateway-away"}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found, _ = told(door, GATEWAY_URL=place)
    assert set(found) - {"key-owner"} == {"gateway-outside"}
    found, _ = told(door, GATEWAY_URL=door.program.url)  # /metrics: no gateway
    assert "something else" in found["gateway-outside"]["what"]
