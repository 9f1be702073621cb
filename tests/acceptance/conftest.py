"""A town on a virtual host of its own, with a router that serves it; and routers on demand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from broker.node import Node
from tests.acceptance.outside import Outside
from tests.acceptance.program import Router
from tests.support.nodes import Management, in_vhost
from tests.unit.pintu.contract.contract import faults

_HELD = 1_000
"""So many messages are enough to see every form that complaints are told in."""
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@pytest.fixture(scope="session")
def town_url(rabbitmq: Node) -> Iterator[str]:
    """The AMQP URL of a virtual host that is empty at first and deleted in the end."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    yield in_vhost(rabbitmq.url, vhost)
    management.delete_vhost(vhost)


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("router")


@pytest.fixture(scope="session")
def router(town_url: str, rabbitmq: Node, state_dir: Path) -> Iterator[Router]:
    """A router that serves the town; in the end it has to leave well, without a failure."""
    router = Router(town_url, state_dir, MANAGEMENT_URL=rabbitmq.management_url or "")
    yield router
    router.stop()


@pytest.fixture(scope="session")
def town(town_url: str, router: Router) -> Iterator[Outside]:
    """The broker from outside, where a router serves; in the end what was told there is held
    against the published schemas."""
    outside = Outside(town_url)
    yield outside
    outside.close()
    wrong = [
        (one.key, fault)
        for one in outside.seen[:_HELD]
        if one.exchange == "complaints.events"
        for fault in faults(f"event.{one.event['type'].split('.')[1]}", one.event)
    ]
    assert wrong == []


@pytest.fixture
def start(amqp_url: str, management_url: str, tmp_path: Path) -> Iterator[Callable[..., Router]]:
    """Starts routers on this test's own virtual host; what is left of them ends with the test.

    Settings may be given by name; all share one state folder.
    """
    routers: list[Router] = []

    def one(url: str = amqp_url, **settings: str) -> Router:
        given = {"MANAGEMENT_URL": management_url} | settings
        routers.append(Router(url, tmp_path / "state", **given))
        return routers[-1]

    yield one
    for router in routers:
        router.kill()


@pytest.fixture
def mark() -> str:
    """A word that no other test writes; without digits, which could look like a telephone's."""
    return "tanda" + uuid4().hex[:14].translate(_LETTERS)
