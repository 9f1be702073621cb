"""A gateway that starts before, and leaves amid, what it works with."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from broker.messaging import names
from broker.node import Node
from broker.node.tcp_ports import choose_ports
from tests.acceptance.gateway.http import Answer, Door, door_of
from tests.acceptance.outside import Outside
from tests.acceptance.program import Program
from tests.support.eventually import eventually
from tests.support.postgres import OwnPostgres


class Alone(Program):
    """`pintu run gateway` without a router: what it publishes stays in the intake. It counts as
    started once it runs."""

    def started(self) -> bool:
        return True


@pytest.fixture
def alone(gateway_url: str, rabbitmq: Node, tmp_path: Path) -> Iterator[Alone]:
    management = rabbitmq.management_url or ""
    program = Alone("gateway", gateway_url, tmp_path / "state", MANAGEMENT_URL=management)
    yield program
    program.kill()


class Client(threading.Thread):
    """Files one complaint after the other on one connection, until it is closed."""

    def __init__(self, door: Door, key: str) -> None:
        super().__init__()
        parts = urlsplit(door.address)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.taken: list[str] = []
        self.statuses = Counter[int]()
        self.farewell = False

    def run(self) -> None:
        with suppress(http.client.HTTPException, OSError):
            while True:
                id = uuid4().hex
                headers = {**self._headers, "Idempotency-Key": id}
                self._line.request("POST", "/v1/complaints", b'{"text": "sampah"}', headers)
                answer = self._line.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
                if answer.status == 202:
                    self.taken.append(id)
                if answer.getheader("connection") == "close":
                    self.farewell = True
                    return


@pytest.mark.timeout(120)
def test_told_to_leave_amid_requests_it_answers_each_that_it_published(
    alone: Alone, gateway_url: str
) -> None:
    door = door_of(alone)
    eventually(lambda: alone.get("/readyz")[0] == 200, saying="it is ready")
    outside = Outside(gateway_url)
    clients = [Client(door, door.key("web")) for _ in range(12)]
    for client in clients:
        client.start()
    many = 60  # of a busy machine
    eventually(
        lambda: sum(len(client.taken) for client in clients) > many,
        saying=f"{[client.statuses for client in clients]}",
    )
    alone.stop()  # in time, well, and without a failure
    for client in clients:
        client.join()
    taken = {id for client in clients for id in client.taken}
    outside.drain(names.ROUTER_QUEUE)
    found = [m for m in outside.seen if m.queue == names.ROUTER_QUEUE]
    published = {m.properties.message_id for m in found} - {"probe"}
    outside.close()
    assert published >= taken, "confirmed, and not in the queue"
    assert published == taken, "in the queue, and nobody was told"
    assert any(client.farewell for client in clients), "a connection that is kept is said to end"


def test_a_store_that_is_away_at_the_start_is_told_at_once_and_waited_for(
    gateway_url: str, rabbitmq: Node, tmp_path: Path
) -> None:
    postgres = OwnPostgres()
    url = postgres.database("pintu")
    postgres.shut()
    place = f"127.0.0.1:{choose_ports().amqp}"
    program = Starting(
        gateway_url,
        tmp_path,
        GATEWAY=place,
        DATABASE_URL=url,
        MANAGEMENT_URL=rabbitmq.management_url or "",
    )
    try:
        door = Door(program, f"http://{place}")
        answer = eventually(lambda: tried(door), saying="it answers")
        assert (answer.status, answer.json["title"]) == (503, "store-away")
        assert answer.headers["retry-after"]
        postgres.start()
        eventually(lambda: door.call("GET", "/v1/channels").status == 200, saying="it is open")
        program.stop()
    finally:
        program.kill()
        postgres.stop()


class Starting(Program):
    """Whatever it waits for, it has its address."""

    def __init__(self, url: str, folder: Path, **settings: str) -> None:
        http = f"127.0.0.1:{choose_ports().amqp}"
        self._http = f"http://{http}"
        super().__init__("gateway", url, folder / "state", HTTP=http, **settings)

    def started(self) -> bool:
        return True

    def _address(self) -> str:
        return self._http


def tried(door: Door) -> Answer | None:
    with suppress(OSError):
        return door.call("GET", "/v1/channels")
    return None


def test_rabbitmq_that_is_away_at_the_start_is_told_at_once(tmp_path: Path) -> None:
    place = f"127.0.0.1:{choose_ports().amqp}"
    program = Starting("amqp://127.0.0.1:1/", tmp_path, GATEWAY=place)
    try:
        door = Door(program, f"http://{place}")
        eventually(lambda: (one := tried(door)) and one.status == 200, saying="it is open")
        answer = door.call("POST", "/v1/complaints", {"text": "sampah"}, key="web")
        assert (answer.status, answer.json["title"]) == (503, "broker-away")
        assert json.loads(program.get("/readyz")[1])["wanting"]["connected"]
        assert door.call("GET", "/lapor").status == 200
        program.stop()
    finally:
        program.kill()
