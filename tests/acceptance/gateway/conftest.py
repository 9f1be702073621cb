"""A town with doors over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.node import Node
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.program import Program
from tests.support.nodes import Management, in_vhost


@pytest.fixture(scope="module")
def gateway_url(rabbitmq: Node) -> Iterator[str]:
    """A virtual host of this file's own."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    yield in_vhost(rabbitmq.url, vhost)
    management.delete_vhost(vhost)


@pytest.fixture(scope="module")
def door(
    gateway_url: str, rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """All parts in one process; in the end it has to leave well, without a failure."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    program = Program("all", gateway_url, folder, MANAGEMENT_URL=rabbitmq.management_url or "")
    yield door_of(program)
    program.stop()
