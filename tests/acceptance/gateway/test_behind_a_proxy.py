"""Behind a proxy: who asks is whom a proxy that is known names, and nobody's own word.

Every address of 127.0.0.0/8 is this machine's, so that peers of several addresses can ask.
"""

import http.client
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pytest

from broker.node import Node
from gateway.api.rates import WRONG_OF_ADDRESS
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.outside import Outside
from tests.acceptance.program import Program
from tests.support.eventually import eventually

PROXY: Final = "127.0.0.3"


@pytest.fixture(scope="module")
def door(
    gateway_url: str, rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """One that knows a proxy at another address than its own."""
    program = Program(
        "all",
        gateway_url,
        tmp_path_factory.mktemp("proxied"),
        MANAGEMENT_URL=rabbitmq.management_url or "",
        GATEWAY_PROXIES=f"{PROXY},10.0.0.0/8",
    )
    yield door_of(program)
    program.stop()


class Peer:
    """Somebody with an address, who tries pins of codes that nobody has."""

    def __init__(self, door: Door, address: str) -> None:
        parts = urlsplit(door.address)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, source_address=(address, 0)
        )
        self._tried = 0

    def tries(self, named: str) -> int:
        """One wrong pin, in the name of an address; the status of the answer."""
        self._tried += 1
        path = f"/v1/complaints/none-{self._tried}?pin=1"
        self._connection.request("GET", path, headers={"X-Forwarded-For": named})
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


def test_a_forged_address_does_not_hide_who_asks(door: Door) -> None:
    """Neither does one in a list, nor one of a proxy: the peer itself is none."""
    names = ("203.0.113.{n}", "198.51.100.{n}, 10.0.0.1", f"127.0.0.{{n}}, {PROXY}", "127.0.0.1")
    forger = Peer(door, "127.0.0.9")
    tried = [
        forger.tries(names[n % len(names)].format(n=n % 200))
        for n in range(WRONG_OF_ADDRESS.most + 20)
    ]
    assert tried[: WRONG_OF_ADDRESS.most] == [404] * WRONG_OF_ADDRESS.most
    assert set(tried[WRONG_OF_ADDRESS.most :]) == {429}
    assert Peer(door, "127.0.0.10").tries("127.0.0.9") == 404


def test_whom_a_known_proxy_names_is_counted_and_nobody_else(door: Door) -> None:
    """The last address that is no proxy's: what stands before it the client has made up."""
    proxy = Peer(door, PROXY)
    tried = [
        proxy.tries(f"203.0.113.{n % 200}, 192.0.2.7, 10.0.0.1")
        for n in range(WRONG_OF_ADDRESS.most + 1)
    ]
    assert tried == [404] * WRONG_OF_ADDRESS.most + [429]
    assert proxy.tries("192.0.2.8") == 404


def test_the_trace_of_a_request_reaches_the_agency(door: Door, gateway_url: str) -> None:
    """Without OpenTelemetry too: whoever traces on the way joins in."""
    trace = {
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "vendor=web",
    }
    answer = door.call(
        "POST", "/v1/complaints", {"text": "sampah menumpuk"}, key="web", headers=trace
    )
    assert answer.status == 202
    outside = Outside(gateway_url)
    (routed,) = eventually(
        lambda: [
            message
            for message in outside.drain("agency.dlh")
            if answer.json["complaint_id"].encode() in message.body
        ],
        saying="the agency hears of it",
    )
    outside.close()
    assert {name: routed.headers[name] for name in trace} == trace
