"""What RabbitMQ does not close to such a user, as docs/how-to/give-access.md tells it."""

from typing import Any

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest
from pika.exceptions import (  # type: ignore[import-untyped]
    ChannelClosedByBroker,
    ProbableAccessDeniedError,
)

from tests.rabbitmq.access.matrix import publish
from tests.rabbitmq.access.world import World, is_allowed
from tests.support.eventually import PATIENCE, eventually

_MOST = 20
"""Connections of one user."""


def taken(world: World, queue: str, by: str) -> Any:
    """How the next message was delivered; it is taken out."""
    with world.connected(by) as connection:
        channel = connection.channel()
        method = next(channel.consume(queue, auto_ack=True, inactivity_timeout=PATIENCE))[0]
        channel.cancel()
        assert method is not None, f"nothing in {queue}"
        return method


def emptied(world: World, *queues: str) -> None:
    with world.connected("operator") as connection:
        for queue in queues:
            connection.channel().queue_purge(queue)


@pytest.mark.parametrize("header", ["CC", "BCC"])
def test_a_copy_under_another_key_is_refused_or_changes_neither_speaker_nor_receivers(
    world: World, header: str
) -> None:
    """RabbitMQ before 4.0 looks at the routing key alone. The case consumer goes by that one."""
    emptied(world, "cases", "agency.dlh", "parked")
    forged = {header: ["agency.dlh.resolved", "desk.sri.dismissed"]}
    with world.connected("channel.web") as connection:
        work = publish("complaints.updates", "channel.web.replied", headers=forged)
        if not is_allowed(connection, work):
            return
    method = taken(world, "cases", "cases")
    assert (method.exchange, method.routing_key) == ("complaints.updates", "channel.web.replied")
    with world.connected("operator") as connection:
        for queue in ("cases", "agency.dlh", "parked"):
            found = connection.channel().queue_declare(queue, passive=True)
            assert found.method.message_count == 0, queue


def test_nobody_says_to_be_another_user(world: World) -> None:
    with world.connected("channel.web") as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        properties = pika.BasicProperties(user_id="router")
        with pytest.raises(ChannelClosedByBroker, match="PRECONDITION_FAILED"):
            channel.basic_publish("complaints.intake", "web", b"x", properties)


def test_an_exclusive_consumer_locks_nobody_out(world: World) -> None:
    with world.connected("agency.dlh") as first, world.connected("agency.dlh") as second:
        first.channel().basic_consume("agency.dlh", lambda *_: None, exclusive=True)
        second.channel().basic_consume("agency.dlh", lambda *_: None)


def test_what_is_kept_goes_back_when_its_reader_is_gone(world: World) -> None:
    emptied(world, "agency.dlh")
    with world.connected("cases") as connection:
        assert is_allowed(connection, publish("complaints.events", "routed.dlh.web"))
    with world.connected("agency.dlh") as connection:
        channel = connection.channel()
        eventually(lambda: channel.basic_get("agency.dlh")[0])
    taken(world, "agency.dlh", "agency.dlh")


def test_one_connection_more_than_the_limit_is_refused(world: World) -> None:
    parameters = pika.URLParameters(world.url_of("agency.dpupr"))
    opened = []
    try:
        with pytest.raises(ProbableAccessDeniedError, match="connection limit"):
            for _ in range(_MOST + 1):
                opened.append(pika.BlockingConnection(parameters))
        assert len(opened) == _MOST
    finally:
        for connection in opened:
            connection.close()
