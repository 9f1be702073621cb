"""After the story: everything stays, at the pace of the wall's clock, for people to try."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from typing import Final

from aiohttp import ClientSession, ClientTimeout
from babel.dates import format_date
from rich.console import Console
from rich.markup import escape

from broker.messaging.names import INTAKE
from config.language import gettext, language
from consumers.runtime.health_http import serving
from pintu.demo import scenes
from pintu.demo.corpus import complaints
from pintu.demo.doors import Doors, Filed
from pintu.demo.people import SignIn, people
from pintu.demo.stage import Heard, Stage

_FRESH: Final = 90
"""Complaints that come in anew, so that whoever signs in finds something to do."""
_TO_LOOK_UP: Final = "Lampu jalan mati di depan Pasar Toboali, sudah tiga malam gelap"
_WITHIN: Final = 20.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


async def stay(console: Console, now: Stage) -> None:
    """Say how to come in, and wait for Ctrl-C, or for SIGTERM.

    Raises:
        PintuError: what runs has failed.
    """
    with console.status(gettext("New complaints come in …")):
        filed = await _come_in(now)
        who = await people(now)
    async with _metrics(now) as metrics:
        _tell(console, now, metrics, filed, who)
        await _until_told(now)
    console.print("\n" + gettext("It ends …"))


async def _come_in(now: Stage) -> Filed:
    """Some of the story's complaints once more, under other ids, and one to look up."""
    before = scenes.answered(now)
    fresh = list(islice(complaints("again-"), _FRESH))
    for one in fresh:
        await now.adapter.publish(
            *(INTAKE, one.channel, one.body),
            content_type=one.content_type,
            message_id=one.message_id,
        )

    def all_answered(_: Heard) -> bool:
        return scenes.answered(now) - before >= len(fresh)

    await now.until(all_answered)
    async with ClientSession(now.gateway, timeout=ClientTimeout(total=_WITHIN)) as http:
        return await Doors(now, http, portal="").by_form(_TO_LOOK_UP)


@asynccontextmanager
async def _metrics(now: Stage) -> AsyncIterator[str]:
    service = now.service
    show = partial(service.health_metrics.show, service.health)
    address = ("127.0.0.1", 0)
    async with serving(address, service.registry, service.health, before_scrape=show) as url:
        yield url


async def _until_told(now: Stage) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, told.set)
    waiting = asyncio.create_task(told.wait())
    try:
        await asyncio.wait({waiting, now.system}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _tell(console: Console, now: Stage, metrics: str, filed: Filed, who: Sequence[SignIn]) -> None:
    moment = now.clock.now().astimezone(now.clocks.calendar.zone)
    day = format_date(moment, "d MMMM y", language())
    lines = [
        "",
        gettext("[bold]Everything stays[/], on this machine alone, until Ctrl-C."),
        gettext("Its clock says {day}, and goes at the pace of yours from here.").format(day=day),
        "",
    ]
    look_up = gettext("code {code}, PIN {pin}").format(code=filed.tracking, pin=filed.pin)
    addresses = [
        (gettext("a citizen's form"), "/lapor", ""),
        (gettext("looking a report up"), "/lacak", look_up),
        (gettext("signing in"), "/masuk", ""),
        (gettext("the desk"), "/meja", ""),
        *(
            (gettext("an agency's inbox"), one.home, one.name)
            for one in who
            if one.home.startswith("/opd/")
        ),
        (gettext("the report for leaders"), "/laporan", ""),
        (gettext("for programmers"), "/docs", ""),
    ]
    rows = [(name, now.gateway + path, more) for name, path, more in addresses]
    rows.append((gettext("metrics"), f"{metrics}/metrics", ""))
    lines += _columns(rows)
    lines += ["", gettext("[bold]Who signs in how[/] (name, password):")]
    lines += _columns([(one.name, one.password, one.what) for one in who])
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _columns(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    first = max(len(row[0]) for row in rows)
    second = max(len(row[1]) for row in rows)
    return [
        f"  [dim]{escape(one.ljust(first))}[/]  [bold]{escape(two)}[/]"
        + (f"{' ' * (second - len(two))}  {escape(three)}" if three else "")
        for one, two, three in rows
    ]
