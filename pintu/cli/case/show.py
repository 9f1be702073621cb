"""``pintu case show``."""

import asyncio
import sys
from typing import Annotated, Final

import typer

from gateway.text.printable import say, say_json
from pintu.cli.case.finding import AsJson, Which, found
from schemas.limits import HISTORY_LINES

_WIDTH: Final = 120  # of a page that goes into a pipe


def show(
    which: Which,
    as_json: AsJson = False,
    most: Annotated[
        int, typer.Option(min=0, metavar="N", help="Show so many lines of history, the newest.")
    ] = HISTORY_LINES,
    everything: Annotated[
        bool, typer.Option("--all", help="Show the whole history, however long.")
    ] = False,
) -> None:
    """One case: where it stands, its deadlines, what is next, and its history.

    The complaint is shown as its agency got it, also where it is confidential (that is said).

    Example: pintu case show 9kb0bsxfm8v4
    """
    asyncio.run(_show(which, as_json, most, everything))


async def _show(which: str, as_json: bool, most: int, everything: bool) -> None:
    from pintu.app import open_desk

    async with open_desk() as here:
        case = await found(which, here)
        newest = None if everything else most
        history = await here.store.history(case.complaint_id, newest)
        older = await here.store.lines(case.complaint_id) - len(history)
        if older > 0:
            said = f"{older} older lines of its history are not shown (--all, or --most N)"
            say(said, err=True)
        if as_json:
            from gateway.desk.rows import whole

            say_json(whole(case, history, here))
            return
        from gateway.desk.page import show as show_page
        from gateway.text.console import Console

        width = None if sys.stdout.isatty() else _WIDTH
        show_page(case, history, here, Console(highlight=False, width=width))
