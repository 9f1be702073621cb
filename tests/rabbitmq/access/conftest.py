"""A broker on which everybody has the user that `pintu access export --apply` made."""

import asyncio
from collections.abc import Iterator

import pytest

from broker.amqp.topology import apply_topology, broker_version
from broker.messaging.access import is_ours
from broker.messaging.topology import topology
from broker.node import Node
from pintu.access.exporting import export_and_apply
from pintu.access.folder import AccessFolder
from pintu.access.plan import Wishes
from tests.rabbitmq.access.world import AGENCIES, CHANNELS, PERSONS, World
from tests.support.nodes import Management, in_vhost


@pytest.fixture(scope="module")
def world(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The topology of a few agencies and channels, and every user."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    url = in_vhost(rabbitmq.url, vhost)
    folder = AccessFolder(tmp_path_factory.mktemp("access"))
    asyncio.run(_made(url, rabbitmq.management_url, folder))
    yield World(url, rabbitmq.management_url, vhost, folder)
    management.delete_vhost(vhost)
    remove_users(management)


@pytest.fixture
def admin(rabbitmq: Node) -> Iterator[Management]:
    """An administrator of the node; no user of ours is left in the end."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    yield management
    remove_users(management)


def remove_users(management: Management) -> None:
    for user in management.call("GET", "/users"):
        if is_ours(user["name"]):
            management.call("DELETE", f"/users/{user['name']}")


async def _made(url: str, management_url: str, folder: AccessFolder) -> None:
    wanted = topology(AGENCIES, CHANNELS, broker_version=await broker_version(url))
    await apply_topology(url, wanted, management_url=management_url)
    for one in (False, True):  # those of the parts, and the one of a single process
        wishes = Wishes(persons=PERSONS, in_one_process=one)
        await export_and_apply(AGENCIES, CHANNELS, folder, url, management_url, wishes)
