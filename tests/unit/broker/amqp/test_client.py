"""The plain client where there is nobody to talk to."""

import gc
import socket

import pytest

from broker.amqp.client import client
from broker.amqp.protocol.connection import Connection
from broker.errors import BrokerUnavailable


async def test_a_connection_that_could_not_be_made_is_not_left_to_the_collector() -> None:
    """It may run in a thread that has no loop, which then cannot close it and says so."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # but does not listen
        url = f"amqp://guest:secret@127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(BrokerUnavailable, match=r"guest:\*\*\*@127\.0\.0\.1") as refused:
            async with client(url, "test"):
                pass
    left = [it for it in gc.get_objects() if isinstance(it, Connection)]
    assert [it for it in left if it.closed is None] == []
    assert "secret" not in str(refused.value)
