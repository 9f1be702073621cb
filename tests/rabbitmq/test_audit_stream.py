"""The audit stream as it is read: from its beginning, from a place, up to its end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from broker.amqp.client import client
from broker.amqp.stream import AuditStream, audit_stream
from broker.errors import Unroutable
from tests.chaos.load import declare

MANY = 1_200
"""More than are delivered at once."""


async def offsets(stream: AuditStream, start: int | datetime | str, upto: int) -> list[int]:
    return [one.offset async for some in stream.read(start, upto=upto) for one in some]


async def test_it_is_read_whole_and_from_a_place_and_keeps_everything(amqp_url: str) -> None:
    await declare(amqp_url)
    async with audit_stream(amqp_url, "test") as stream:
        assert await stream.ends() is None
        async with client(amqp_url, "test, writes") as writes:
            await asyncio.gather(
                *(
                    writes.publish(
                        "complaints.updates", "agency.dlh.held", b"{}", message_id=f"m-{number}"
                    )
                    for number in range(MANY)
                )
            )
        assert await stream.ends() == (0, MANY - 1)
        for _ in range(2):  # nothing is taken out
            assert await offsets(stream, "first", MANY - 1) == list(range(MANY))
        assert await offsets(stream, MANY - 3, MANY - 1) == [MANY - 3, MANY - 2, MANY - 1]
        [[first, *_]] = [some async for some in stream.read("first", upto=0)]
        message = first.message
        assert (message.exchange, message.routing_key) == ("complaints.updates", "agency.dlh.held")
        assert (message.body, message.properties.message_id) == (b"{}", "m-0")
        # Behind its end nothing comes: that is no reason to wait.
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert await offsets(stream, tomorrow, MANY - 1) == []


async def test_a_stream_that_is_not_there_is_said(amqp_url: str) -> None:
    async with audit_stream(amqp_url, "test") as stream:
        with pytest.raises(Unroutable, match="audit"):
            await stream.ends()
