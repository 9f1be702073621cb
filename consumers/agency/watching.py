"""An ear on what goes to one agency: copies, nothing is taken from it."""

import asyncio
import json
from typing import Final

from broker.amqp.client import Client
from broker.domain import names
from broker.domain.errors import BrokerUnavailable
from consumers.agency.reference import Tell
from schemas import verbs

_WORDS: Final = 3


async def watch(client: Client, code: str, stop: asyncio.Event, tell: Tell) -> None:
    """Tell every event for that agency from now on, until ``stop`` is set.

    Raises:
        ExceptionGroup: of BrokerUnavailable.
    """
    queue = await client.tap(names.EVENTS)

    async def listen() -> None:
        async for message in client.consume(queue):
            verb, *rest = message.routing_key.split(".")
            if len(rest) == _WORDS - 1 and rest[0] == code and verb in verbs.AGENCY_EVENTS:
                tell(verb, json.loads(message.body))
        raise BrokerUnavailable("nothing is delivered any more")

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen())
        await stop.wait()
        listening.cancel()
