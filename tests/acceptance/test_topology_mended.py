"""What somebody deletes from under a running router: it is declared again, and nothing is sent to
where nobody gets it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest
from yarl import URL

from tests.acceptance.outside import AGENCIES, Outside
from tests.acceptance.program import TOWN, Router, pintu
from tests.support.eventually import eventually
from tests.support.nodes import Management

MENDED = "pintu_topology_mended_total"
NOWHERE = "http://127.0.0.1:1"
Start = Callable[..., Router]


@pytest.fixture
def outside(amqp_url: str) -> Iterator[Outside]:
    found = Outside(amqp_url)
    yield found
    found.close()


@contextmanager
def channel_of(url: str) -> Iterator[pika.channel.Channel]:
    connection = pika.BlockingConnection(pika.URLParameters(f"{url}?heartbeat=0"))
    try:
        yield connection.channel()
    finally:
        connection.close()


def exists(url: str, queue: str) -> bool:
    try:
        with channel_of(url) as channel:
            channel.queue_declare(queue, passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        return False
    return True


def lines(router: Router, event: str) -> list[dict[str, object]]:
    return [line for line in router.log() if line["event"] == event]


def wanting(router: Router) -> dict[str, str]:
    found: dict[str, str] = json.loads(router.get("/readyz")[1])["wanting"]
    return found


@pytest.mark.parametrize("management", ["seen", "unseen"])
def test_a_queue_that_somebody_deleted_is_declared_again_with_its_bindings(
    start: Start, amqp_url: str, management_url: str, outside: Outside, mark: str, management: str
) -> None:
    router = start(MANAGEMENT_URL=management_url if management == "seen" else NOWHERE)
    with channel_of(amqp_url) as channel:
        channel.queue_delete("agency.dlh")
    eventually(lambda: router.metric(MENDED) > 0)
    [line] = lines(router, "topology.mended")
    assert line["objects"] == ["queue agency.dlh"]
    assert "pintu case list --agency dlh" in str(line["send_again"])
    eventually(lambda: router.get("/readyz")[0] == 200)
    outside.publish("web", f"sampah {mark}".encode(), message_id=mark)
    [message] = outside.take("agency.dlh", 1)
    assert message.key == "routed.dlh.web"
    router.stop()


def test_an_exchange_and_a_binding_that_somebody_removed_are_there_again(
    start: Start, amqp_url: str, outside: Outside, mark: str
) -> None:
    router = start()
    with channel_of(amqp_url) as channel:
        channel.queue_unbind("agency.pln", "complaints.events", "routed.pln.*")
        channel.exchange_delete("complaints.updates")
    eventually(lambda: router.metric(MENDED) > 0 and router.get("/readyz")[0] == 200)
    verified = pintu("topology", "verify", settings={"AMQP_URL": amqp_url, "CONFIG_DIR": str(TOWN)})
    assert verified.returncode == 0, verified.stdout
    outside.publish("web", b'{"text": "lampu jalan mati"}', message_id=mark)
    router.stop()


def test_a_vhost_that_was_deleted_and_made_again_is_declared_again(
    start: Start, amqp_url: str, vhost: str, management_url: str, mark: str
) -> None:
    router = start()
    management = Management(management_url)
    management.delete_vhost(vhost)
    eventually(lambda: router.get("/readyz")[0] == 503)
    management.call("PUT", f"/vhosts/{vhost}")
    management.call(
        "PUT",
        f"/permissions/{vhost}/{management.user}",
        {"configure": ".*", "write": ".*", "read": ".*"},
    )
    eventually(lambda: router.get("/readyz")[0] == 200)
    assert all(exists(amqp_url, f"agency.{code}") for code in AGENCIES)
    outside = Outside(amqp_url)
    outside.publish("web", f"sampah {mark}".encode(), message_id=mark)
    assert outside.take("agency.dlh", 1)[0].key == "routed.dlh.web"
    outside.close()
    router.stop()


def test_while_an_agency_has_no_queue_nothing_is_routed_and_nothing_is_counted_against_it(
    start: Start, amqp_url: str, vhost: str, management_url: str, outside: Outside, mark: str
) -> None:
    settings = {"AMQP_URL": amqp_url, "MANAGEMENT_URL": management_url, "CONFIG_DIR": str(TOWN)}
    assert pintu("topology", "apply", settings=settings).returncode == 0
    management = Management(management_url)
    name = f"limited-{vhost}"
    management.call("PUT", f"/users/{name}", {"password": "p", "tags": "monitoring"})
    may = {"configure": "", "write": ".*", "read": ".*"}
    management.call("PUT", f"/permissions/{quote(vhost, safe='')}/{name}", may)
    limited = str(URL(amqp_url).with_user(name).with_password("p"))
    api = str(URL(management_url).with_user(None).with_password(None))
    router = start(limited, MANAGEMENT_URL=api)

    with channel_of(amqp_url) as channel:
        channel.queue_delete("agency.dlh")
    eventually(lambda: "agency.dlh" in wanting(router).get("topology", ""))
    for number in range(3):
        outside.publish("web", f"sampah {mark}".encode(), message_id=f"{mark}{number}")
    # It looks again and again, and cannot declare it.
    eventually(lambda: lines(router, "topology.conflict"))
    assert outside.depth("cases") == 0, "routed to where nobody gets it"
    assert router.get("/readyz")[0] == 503

    assert pintu("topology", "apply", settings=settings).returncode == 0
    messages = outside.take("agency.dlh", 3)
    assert {message.key for message in messages} == {"routed.dlh.web"}
    assert not any(message.headers for message in messages)
    eventually(lambda: router.get("/readyz")[0] == 200)
    assert outside.depth("parked") == 0
    assert lines(router, "consumer.started")[1:] == [], "it gave back what it had in hand"
    router.stop()
