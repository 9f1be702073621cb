"""``pintu case show``."""

import asyncio
import sys
from typing import Annotated, Final

import typer

from config.language import gettext, marked, worded
from gateway.text.printable import say, say_json
from pintu.cli.case.finding import AsJson, found, found_event
from schemas.limits import HISTORY_LINES

_WIDTH: Final = 120  # of a page that goes into a pipe
_MORE: Final = marked("--all, or --most N")


def show(
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="ID|TRACKING", help="A complaint_id, or a tracking code however it is typed."
        ),
    ] = None,
    event: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Show the case that this event was about: event_id in a line of the log, or the"
            " id of a message. It looks through the whole store.",
        ),
    ] = None,
    as_json: AsJson = False,
    most: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Show so many lines of history, and of what was said, the newest.",
        ),
    ] = HISTORY_LINES,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all of both, however long.")
    ] = False,
) -> None:
    """One case: where it stands, what was said in it, its deadlines, what is next, its history.

    The complaint is shown as its agency got it, also where it is confidential (that is said); notes
    that are for agencies and the desk alone are marked INTERNAL. A closed case has both for
    closed_text_days.

    Example: pintu case show 9kb0bsxfm8v4
    """
    if (which is None) == (event is None):
        raise typer.BadParameter(
            gettext("name one case: ID, TRACKING or --event ID"), param_hint="ID"
        )
    asyncio.run(_show(which or "", event, as_json, most, everything))


async def _show(which: str, event: str | None, as_json: bool, most: int, everything: bool) -> None:
    from pintu.app import open_desk

    async with open_desk() as here:
        case = await (found_event(event, here) if event else found(which, here))
        newest = None if everything else most
        history = await here.store.history(case.complaint_id, newest)
        said = await here.store.conversation(case.complaint_id, most + 1 if newest else None)
        older = await here.store.lines(case.complaint_id) - len(history)
        if older > 0:
            say(
                worded(
                    "{older} older lines of its history are not shown ({more})",
                    older=older,
                    more=gettext(_MORE),
                ),
                err=True,
            )
        if newest is not None and len(said) > newest:
            say(
                worded(
                    "older words of its conversation are not shown ({more})", more=gettext(_MORE)
                ),
                err=True,
            )
            said = said[len(said) - newest :]
        if as_json:
            from gateway.desk.rows import whole

            say_json(whole(case, history, here, said))
            return
        from gateway.desk.page import show as show_page
        from gateway.text.console import Console

        width = None if sys.stdout.isatty() else _WIDTH
        show_page(case, history, here, Console(highlight=False, width=width), said)
