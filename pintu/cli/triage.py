"""``pintu triage``: the desk, where a person decides."""

import asyncio
import getpass
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from broker.messaging import names
from gateway.text.printable import printable, say, say_json
from pintu.cli.case import AsJson, Which, found, print_rows
from pintu.cli.exit_codes import NOT_ALL
from schemas import verbs

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from gateway.desk.commands import Answer
    from gateway.desk.session import DeskSession

app = typer.Typer(
    no_args_is_help=True,
    help="The desk: complaints for which nobody could be named with enough confidence.\n\n"
    "Example: pintu triage list",
)

As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who decides; the user of this machine if left out."),
]
Wait = Annotated[
    float, typer.Option(metavar="SECONDS", min=0, help="Wait so long to hear what became of it.")
]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the oldest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Who waits for the desk, since when and until when; candidates, and why none was sure.

    A table, or tab-separated in a pipe. The text is in `pintu case show` and in --json.

    Example: pintu triage list | cut -f1
    """
    asyncio.run(_list(limit, as_json))


@app.command()
def assign(
    which: Which,
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help="Its code, such as dpupr.")],
    oversight: Annotated[
        bool | None,
        typer.Option(
            "--oversight/--no-oversight",
            help="Whether it alleges abuse of authority; it has a longer deadline then.",
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="For the agency.")] = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Send a complaint to an agency: out of triage, or from one agency to another.

    Exit code 1 where it was refused; it is said why.

    Example: pintu triage assign 9KB0-BSXF-M8V4 dpupr --note "Jalan kabupaten."
    """
    data = {"agency": agency, "oversight": oversight, "note": note}
    asyncio.run(_say(which, verbs.ASSIGNED, data, by, wait))


@app.command()
def dismiss(
    which: Which,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the reporter hears it.")],
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Close a case for good, with a reason. The complaint's text is forgotten.

    Example: pintu triage dismiss 9KB0-BSXF-M8V4 --reason "Laporan ganda."
    """
    if not reason.strip():
        raise typer.BadParameter("needs words", param_hint="--reason")
    asyncio.run(_say(which, verbs.DISMISSED, {"reason": reason.strip()}, by, wait))


async def _list(limit: int, as_json: bool) -> None:
    from broker.domain.case import State
    from gateway.desk.rows import TRIAGE_HEADINGS, brief, triage_row
    from pintu.app import open_desk

    async with open_desk() as here:
        listed = here.store.listed(state=State.TRIAGE, most=limit + 1)
        cases = [case async for case in listed]
        rows = cases[:limit]
        if as_json:
            records = [brief(case, here) for case in rows]
            say_json(records)
        else:
            print_rows(TRIAGE_HEADINGS, [triage_row(case, here) for case in rows])
    if len(cases) > limit:
        say("there are more (--limit)", err=True)


async def _say(
    which: str, verb: str, data: Mapping[str, object], by: str | None, wait: float
) -> None:
    from gateway.desk.commands import say as speak
    from gateway.desk.session import objection
    from pintu.app import open_desk

    name = _name(by)
    async with open_desk() as here:
        agency = data.get("agency")
        if isinstance(agency, str) and (why := objection(agency, here.agencies, here.today())):
            raise typer.BadParameter(why, param_hint="AGENCY")
        case = await found(which, here)
        if not case.open:
            say(f"{case.tracking} is closed; nothing was sent", err=True)
            raise typer.Exit(NOT_ALL)
        said = {field: value for field, value in data.items() if value is not None}
        answer = await speak(here, case, verb, said, by=name, within=wait)
        _tell(case.tracking, verb, answer, here)


def _tell(tracking: str, verb: str, answer: "Answer", here: "DeskSession") -> None:
    from gateway.desk.commands import Rejected, Unchanged, Unheard
    from gateway.desk.deadlines import standing
    from gateway.desk.wording import called, moment

    match answer:
        case Rejected(reason, detail):
            say(f"{tracking}: refused ({reason}): {printable(detail)}", err=True)
            raise typer.Exit(NOT_ALL)
        case Unheard():
            say(
                f"{tracking}: {verb} is sent and confirmed, but not handled yet; does"
                " `pintu run cases` run? See `pintu case show` later.",
                err=True,
            )
            return
    case = answer.case
    already = " (it was so already)" if isinstance(answer, Unchanged) else ""
    say(f"{tracking}: {verb}{already}; {called(case.agency, here.agencies)}, {case.state}")
    calendar = here.clocks.calendar
    for clock in case.clocks:
        if clock.open:
            words = f"{moment(clock.due_at, calendar)} ({standing(clock, here.now(), calendar)})"
            say(f"  {clock.name} by {words}")


def _name(given: str | None) -> str:
    """The name of the routing key: a code."""
    if given is not None:
        if not names.is_code(given):
            raise typer.BadParameter(
                "lower-case letters, digits and hyphens, a letter first", param_hint="--as"
            )
        return given
    made = re.sub("[^a-z0-9]+", "-", getpass.getuser().lower()).strip("-")[:40]
    return made if names.is_code(made) else "desk"
