"""What `pintu access export` writes, imported by RabbitMQ itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.amqp.address import parse_address
from broker.messaging.access import accesses, is_ours
from pintu.access.exporting import export
from pintu.access.folder import AccessFolder
from pintu.access.plan import Wishes
from tests.rabbitmq.access.matrix import consume, publish
from tests.rabbitmq.access.world import World, is_allowed
from tests.support.nodes import OwnRabbit
from tests.support.rabbitmqctl import rabbitmqctl

_MANY = tuple(f"opd-{number}" for number in range(200))
_KHEPRI = "khepri_db"


@pytest.fixture(params=["as it comes", "with all its feature flags"])
def rabbit(own_rabbitmq: OwnRabbit, request: pytest.FixtureRequest) -> Iterator[OwnRabbit]:
    """4.x has users in Khepri once that flag is enabled, and otherwise in Mnesia, as 3.10 has."""
    flags = {each["name"] for each in own_rabbitmq.management().call("GET", "/feature-flags")}
    if request.param != "as it comes" and _KHEPRI in flags:
        rabbitmqctl(own_rabbitmq.node, "enable_feature_flag", "--experimental", _KHEPRI)
    for exchange in ("complaints.intake", "complaints.updates"):
        declared = {"type": "topic", "durable": True}
        own_rabbitmq.management().call("PUT", f"/exchanges/%2F/{exchange}", declared)
    yield own_rabbitmq


def test_two_steps_make_every_user_with_what_it_may_and_no_more(
    rabbit: OwnRabbit, tmp_path: Path
) -> None:
    assert rabbit.management_url
    folder = AccessFolder(tmp_path / "access")
    export(_MANY, ["web"], folder, parse_address(rabbit.url), Wishes())
    world = World(rabbit.url, rabbit.management_url, "/", folder)
    management = rabbit.management()

    rabbitmqctl(rabbit.node, "import_definitions", str(folder.path / "1-users.json"))
    permitted = {each["user"] for each in management.call("GET", "/permissions")}
    assert not any(map(is_ours, permitted)), "nobody is let in before keys are bound"

    rabbitmqctl(rabbit.node, "import_definitions", str(folder.path / "2-permissions.json"))
    wanted = {each.user: each for each in accesses(_MANY, ["web"])}
    found = {each["user"]: each for each in management.call("GET", "/permissions")}
    assert {
        user: (each["configure"], each["write"], each["read"])
        for user, each in found.items()
        if is_ours(user)
    } == {user: (each.configure, each.write, each.read) for user, each in wanted.items()}
    assert {
        (each["user"], each["exchange"], each["write"])
        for each in management.call("GET", "/topic-permissions")
    } == {(user, keys.exchange, keys.pattern) for user, it in wanted.items() for keys in it.keys}
    with world.connected("agency.opd-7") as connection:
        assert not is_allowed(connection, publish("complaints.updates", "agency.opd-8.resolved"))
        assert not is_allowed(connection, publish("complaints.intake", "web"))
        assert not is_allowed(connection, consume("agency.opd-8"))
    limits = management.call("GET", "/users/agency.opd-7")["limits"]
    assert limits == {"max-connections": 20, "max-channels": 200}
    assert management.call("GET", "/users/router")["tags"] == ["monitoring"]


def test_all_in_one_document_is_imported_too(rabbit: OwnRabbit, tmp_path: Path) -> None:
    folder = AccessFolder(tmp_path / "access")
    export(_MANY, ["web"], folder, parse_address(rabbit.url), Wishes())
    rabbitmqctl(rabbit.node, "import_definitions", str(folder.path / "definitions.json"))
    users = {each["user"] for each in rabbit.management().call("GET", "/permissions")}
    assert users >= {each.user for each in accesses(_MANY, ["web"])}
