"""An operator takes permissions away and gives them back: no session ends by it."""

import asyncio

import pytest

from broker.amqp.session import RabbitBroker
from broker.errors import NotPermitted
from tests.contract.messages import a_message, take_bodies
from tests.contract.small_world import declare_on_rabbitmq
from tests.support.eventually import PATIENCE
from tests.support.nodes import Management


def permit(management: Management, vhost: str, write: str) -> None:
    allowed = {"configure": ".*", "write": write, "read": ".*"}
    management.call("PUT", f"/permissions/{vhost}/{management.user}", allowed)


async def test_a_session_publishes_again_once_it_may(
    amqp_url: str, vhost: str, management_url: str
) -> None:
    declare_on_rabbitmq(amqp_url)
    management = Management(management_url)
    broker = RabbitBroker(amqp_url, name="permissions")
    async with broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        permit(management, vhost, write="^$")
        for _ in range(3):
            with pytest.raises(NotPermitted):
                await session.publish([a_message("order.new", "1")])
            with pytest.raises(NotPermitted):
                await session.probe()
        permit(management, vhost, write=".*")
        await session.publish([a_message("order.new", "2")])
        await session.probe()
        assert await take_bodies(session, 1) == ["2"]


async def test_nobody_subscribes_who_may_not_publish(
    amqp_url: str, vhost: str, management_url: str
) -> None:
    """What is taken by somebody who cannot publish it comes back and has counted."""
    declare_on_rabbitmq(amqp_url)
    management = Management(management_url)
    permit(management, vhost, write="^$")
    broker = RabbitBroker(amqp_url, name="permissions")
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(NotPermitted):
            async with broker.session("work", 10):
                pass
    permit(management, vhost, write=".*")
    async with broker.session("work", 10), asyncio.timeout(PATIENCE):
        pass
