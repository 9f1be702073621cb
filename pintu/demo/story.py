"""The story, scene by scene."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from broker.messaging.names import INTAKE
from config.language import gettext
from config.settings import Settings
from pintu.demo import scenes
from pintu.demo.any_door import any_door
from pintu.demo.conversation import conversation
from pintu.demo.corpus import Delivery, complaints, unusual
from pintu.demo.life import life
from pintu.demo.stage import Heard, Stage, broker_for_demo, stage
from pintu.demo.staying import stay

_AT_ONCE: Final = 40
_SCENES: Final = (
    scenes.who_got_what,
    scenes.in_detail,
    scenes.desk,
    scenes.parked,
    scenes.anonymous,
    scenes.accounts,
)


async def tell(settings: Settings, console: Console, *, stays: bool = False) -> None:
    """Run the demonstration and show it; ``stays``: until a signal ends it."""
    began = time.monotonic()
    scenes.opening(console)
    async with AsyncExitStack() as stack:
        with console.status(gettext("Starting a private RabbitMQ node …")):
            own, address = await stack.enter_async_context(broker_for_demo(settings))
        started = time.monotonic()
        up = gettext("RabbitMQ is up, on a port of its own ({seconds} s)")
        console.print(f"[green]✓[/] {up.format(seconds=f'{started - began:.1f}')}")
        with console.status(gettext("Declaring a queue for every agency …")):
            now = await stack.enter_async_context(stage(own, address))
        ready = gettext(
            "{region}: {agencies} agencies and {channels} channels have their queues, the router"
            " serves ({seconds} s)"
        )
        told = ready.format(
            region=now.rules.name,
            agencies=len(now.rules.agencies),
            channels=len(now.rules.channels),
            seconds=f"{time.monotonic() - started:.1f}",
        )
        console.print(f"[green]✓[/] {told}")
        await _complaints_come_in(now, console)
        for scene in _SCENES:
            scene(console, now)
        await conversation(console, now)
        await any_door(console, now)
        await life(console, now)
        if stays:
            await stay(console, now)
    scenes.ending(console, time.monotonic() - began)


async def _complaints_come_in(now: Stage, console: Console) -> None:
    deliveries = [*complaints(), *unusual()]
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(gettext("Adapters publish to complaints.intake"), total=len(deliveries))
        for start in range(0, len(deliveries), _AT_ONCE):
            some = deliveries[start : start + _AT_ONCE]
            await asyncio.gather(*(_submit(now, one) for one in some))
            bar.advance(task, len(some))
        answered = bar.add_task(gettext("The router decides"), total=len(deliveries))

        def all_answered(heard: Heard) -> bool:
            done = scenes.answered(now)
            bar.update(answered, completed=done)
            return done >= len(deliveries)

        await now.until(all_answered)


async def _submit(now: Stage, one: Delivery) -> None:
    await now.adapter.publish(
        INTAKE,
        one.channel,
        one.body,
        content_type=one.content_type,
        content_encoding=one.content_encoding,
        headers=one.headers,
        message_id=one.message_id,
    )
    now.sent[one.channel] += 1
