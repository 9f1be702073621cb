"""``pintu webhook remove``."""

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from broker.messaging import names
from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.webhook.printing import Name, unknown

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.ports import WebhookStore
    from broker.ports.webhooks import Delivery
    from config.settings import Settings

_LOOK_EVERY: Final = 0.25
_AT_ONCE: Final = 100


def remove(
    name: Name,
    give_back: Annotated[
        bool,
        typer.Option("--give-back", help="Put what waits back into its queue, behind the rest."),
    ] = False,
) -> None:
    """Remove an endpoint, unless something waits for it. Its queue stays, with all that is in it.

    Example: pintu webhook remove agency.dlh --give-back
    """
    asyncio.run(_remove(name, give_back))


async def _remove(name: str, give_back: bool) -> None:
    from broker.ports.webhooks import Wanted
    from pintu.app import open_webhooks

    async with open_webhooks() as (store, settings, clock):
        if give_back:
            await store.pause(name, "paused", gettext("is being removed"), clock.now())
            await _left(store, name)
            waiting = partial(
                store.deliveries, Wanted(name, "waiting"), _AT_ONCE, bodies=True, oldest=True
            )
            while waits := await waiting():
                await _publish(name, waits, settings)
                await store.give_back([one.id for one in waits])
        left = await store.remove(name)
    if left is None:
        raise unknown(name)
    if left:
        say(
            worded(
                "{left} events wait for {name}; it stays. `pintu webhook resume {name}` "
                "delivers them, --give-back puts them back into its queue",
                left=left,
                name=name,
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL)
    say(
        worded("{name} is removed; its events stay in the queue {name} from now on", name=name),
        err=True,
    )


async def _left(store: "WebhookStore", name: str) -> None:
    """Wait until no process takes from its queue any more: it would take what is given back for
    what it has already."""
    from consumers.webhooks.world import FREE_AFTER

    seen, since = -1, time.monotonic()
    while (one := await store.endpoint(name)) is not None and one.holder is not None:
        if one.beat != seen:
            seen, since = one.beat, time.monotonic()
        elif time.monotonic() - since > FREE_AFTER:
            await store.release(one.holder, [name])
        await asyncio.sleep(_LOOK_EVERY)


async def _publish(name: str, waits: "list[Delivery]", settings: "Settings") -> None:
    from broker.messaging.messages import Outgoing, trace_of
    from broker.messaging.parking.properties_json import from_json
    from pintu.app.reaching import reached

    messages = [
        Outgoing(
            names.DEFAULT_EXCHANGE,
            name,
            one.body or b"",
            one.event_id,
            type=one.type,
            headers=dict(trace_of(from_json(one.properties)[0])),
        )
        for one in waits
    ]
    async with (
        reached(settings) as outside,
        outside.broker("pintu webhook remove").publisher(names.EVENTS) as publisher,
    ):
        await publisher.publish(messages)
