"""An ear on what goes to one agency: copies, nothing is taken from it."""

import asyncio
import json
from collections.abc import Callable

from broker.errors import BrokerUnavailable
from broker.messaging import names
from broker.ports import Client
from config.language import gettext
from pintu.reference_agency.reference import Tell
from schemas import verbs


async def watch(
    client: Client, code: str, stop: asyncio.Event, tell: Tell, ready: Callable[[], None]
) -> None:
    """Tell every event for that agency from now on, until ``stop`` is set.

    ``ready`` is called once nothing can be missed any more.

    Raises:
        NotPermitted: this user may not listen to the events.
        ExceptionGroup: of BrokerUnavailable.
    """
    queue = await client.tap(names.EVENTS, key=names.event_key("*", code, "*"))
    ready()

    async def listen() -> None:
        async for message in client.consume(queue):
            verb = message.routing_key.split(".", 1)[0]
            if verb in verbs.AGENCY_EVENTS:
                tell(verb, json.loads(message.body))
        raise BrokerUnavailable(gettext("nothing is delivered any more"))

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen())
        await stop.wait()
        listening.cancel()
