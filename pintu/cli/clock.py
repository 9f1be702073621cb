"""``pintu clock``: what the clocks say, and an operator's word that they are right."""

import asyncio
import getpass
from datetime import datetime
from typing import Annotated

import typer

from config.exact_moments import exact
from config.language import gettext, worded
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL

app = typer.Typer(
    no_args_is_help=True,
    help="Clocks: what this machine's, the database's and RabbitMQ's say, up to when cases were"
    " read, and what to do where they differ.\n\nExample: pintu clock show",
)


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Every clock, and how far it is from this machine's. Exit code 1 where they do not agree.

    Example: pintu clock show
    """
    asyncio.run(_show(as_json))


@app.command()
def mend(
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="What was wrong; it is kept in the store.")
    ],
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who; the user of this machine if left out.")
    ] = None,
) -> None:
    """Say that the clocks are right now. A watermark that lies ahead is set back to the present,
    and a leap of a clock that was not believed is believed.

    Refused while the clocks that can be read differ. Nothing that has fired is taken back. The
    processes that run take it over within seconds.

    Example: pintu clock mend --reason "the clock of this machine was 60 days ahead this morning"
    """
    if not reason.strip():
        raise typer.BadParameter(gettext("needs words"), param_hint="--reason")
    asyncio.run(_mend(reason.strip(), by or getpass.getuser()))


async def _show(as_json: bool) -> None:
    from gateway.desk.clocks import look
    from pintu.app import open_clocks

    async with open_clocks() as (store, clock, read_broker):
        seen = await look(store, clock, read_broker)
    if as_json:
        say_json(seen.record())
    else:
        for name, moment, note in seen.rows():
            say(f"{name:<13}{_shown(moment):<27}{note}".rstrip())
        for mended in seen.mends:
            said = f"{printable(mended.by)}: {printable(mended.reason)}"
            say(f"{'mended':<13}{_shown(mended.at):<27}{said}")
    if problem := seen.clock.problem():
        say(
            worded(
                "{problem}; set the clock that is wrong, then `pintu clock mend`", problem=problem
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL)


async def _mend(reason: str, by: str) -> None:
    from gateway.desk import clocks as work
    from pintu.app import open_clocks

    async with open_clocks() as (store, clock, read_broker):
        seen = await work.look(store, clock, read_broker)
        if why := work.objection(seen):
            say(why, err=True)
            raise typer.Exit(NOT_ALL)
        mended = await work.mend(store, seen, by, reason, clock.machine)
    before = mended.watermark
    if before is not None and before > mended.at:
        say(
            worded(
                "the watermark is set back from {shown} to {shown2}",
                shown=_shown(before),
                shown2=_shown(mended.at),
            )
        )
    else:
        say(
            worded(
                "believed: it is {shown}; the watermark stays at {shown2}",
                shown=_shown(mended.at),
                shown2=_shown(before),
            )
        )


def _shown(moment: datetime | None) -> str:
    return "-" if moment is None else exact(moment)
