"""``pintu case``: what became of a complaint, for the counter and the operators."""

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from broker.domain.case import State
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL
from schemas.limits import HISTORY_LINES

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.domain.case import Case
    from gateway.desk.session import DeskSession

app = typer.Typer(
    no_args_is_help=True,
    help="Cases: what became of a complaint.\n\nExample: pintu case show 9KB0-BSXF-M8V4",
)

Which = Annotated[
    str,
    typer.Argument(
        metavar="ID|TRACKING", help="A complaint_id, or a tracking code however it is typed."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Agency = Annotated[str | None, typer.Option(metavar="CODE", help="Only what lies there.")]
_WIDTH = 120  # of a page that goes into a pipe


@app.command()
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


@app.command("list")
def list_(
    agency: Agency = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that somebody is late with.")
    ] = False,
    state: Annotated[
        State | None, typer.Option(help="Only those in that state; closed ones only so.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the oldest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Open cases, the oldest first: a table, or tab-separated in a pipe. No text is printed.

    The columns are tracking, state, agency, channel, then the deadline that comes first: clock,
    due, how it stands; and the id.

    Example: pintu case list --agency dpupr --overdue | cut -f1
    """
    asyncio.run(_list(agency, overdue, state, limit, as_json))


@app.command()
def resend(which: Which) -> None:
    """Send the complaint to its agency again (or to the desk's queue), for a queue that was
    purged or a system that lost it.

    It bears the id it had: who has it already sees a repeat. Deadlines stay as they are.

    Example: pintu case resend 9KB0-BSXF-M8V4
    """
    asyncio.run(_resend(which))


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


async def _list(
    agency: str | None, overdue: bool, state: State | None, limit: int, as_json: bool
) -> None:
    from gateway.desk.rows import CASE_HEADINGS, brief, case_row
    from gateway.desk.session import objection
    from pintu.app import open_desk

    async with open_desk() as here:
        # An agency that ended may still have cases.
        if agency is not None and agency not in here.agencies.agencies:
            why = objection(agency, here.agencies, here.today())
            raise typer.BadParameter(why or agency, param_hint="--agency")
        late = here.now() if overdue else None
        listed = here.store.listed(state=state, agency=agency, overdue_at=late, most=limit + 1)
        cases = [case async for case in listed]
        rows, more = cases[:limit], len(cases) > limit
        if as_json:
            records = [{**brief(case, here), "complaint": None} for case in rows]
            say_json(records)
        else:
            print_rows(CASE_HEADINGS, [case_row(case, here) for case in rows])
    if more:
        say("there are more (--limit)", err=True)


async def _resend(which: str) -> None:
    from gateway.desk.commands import send_again
    from pintu.app import open_desk

    async with open_desk() as here:
        case = await found(which, here)
        sent = await send_again(here, case)
        if sent is None:
            say(f"{case.tracking} is closed and its complaint forgotten", err=True)
            raise typer.Exit(NOT_ALL)
        queue = f"agency.{case.agency}" if case.agency else "triage"
        say(
            f"{case.tracking}: sent again to {queue}, as {sent.routing_key} under the id it had"
            f" ({sent.message_id}); confirmed"
        )


async def found(which: str, here: "DeskSession") -> "Case":
    """The case that is meant; otherwise a message and exit code 1."""
    case = await here.find(which)
    if case is None:
        from schemas.identifiers import normalise_tracking

        shown = printable(which)
        if _is_uuid(which) or normalise_tracking(which):
            why = f"no case {shown} in {here.where}"
        else:
            why = f"{shown} is neither an id nor a tracking code: its check character does not fit"
        say(why, err=True)
        raise typer.Exit(NOT_ALL)
    return case


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(row))
        return
    from rich.table import Table

    from gateway.text.console import Console

    table = Table(*headings)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


def _is_uuid(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True
