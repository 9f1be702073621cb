"""``pintu case resend``: one complaint, or all that an agency had since some time, once more."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from broker.messaging import names
from config.language import gettext, worded, worded_many
from gateway.text.printable import say, say_json
from pintu.cli import moments
from pintu.cli.agreeing import Yes, agree
from pintu.cli.case.finding import AsJson, agency_meant, found
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.domain.case import CaseFilter
    from gateway.desk.session import DeskSession


def resend(
    which: Annotated[
        str | None,
        typer.Argument(metavar="[ID|TRACKING]", help="One case, however its code is typed."),
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(
            metavar="AGENCY",
            help="All open cases that lie there: its code, name or alias; triage for the desk.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar=moments.METAVAR,
            help=f"Of these, what went there then or later: {moments.HELP}.",
        ),
    ] = None,
    rate: Annotated[
        int, typer.Option(min=1, metavar="N", help="Send at most so many a second.")
    ] = 200,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Send a complaint to its agency again (or to the desk's queue), for a queue that was purged or
    a system that lost it; or all that an agency was sent since some time.

    Each bears the id it had: who has it already sees a repeat, and stopped in the middle it may be
    done again. Deadlines stay as they are. How many there are is said first. Closed cases are left
    out; so are cases in which the agency only supports.

    Example: pintu case resend 9KB0-BSXF-M8V4

    Example: pintu case resend --agency dlh --since 2026-02-01T08:00 --yes
    """
    if which is not None and (agency, since) == (None, None):
        asyncio.run(_one(which, as_json))
    elif which is None and agency is not None and since is not None:
        asyncio.run(_many(agency, since, rate, yes, as_json))
    else:
        raise typer.BadParameter(gettext("give one case, or both --agency and --since"))


async def _one(which: str, as_json: bool) -> None:
    from gateway.desk.commands import send_again
    from pintu.app import open_desk

    async with open_desk() as here:
        case = await found(which, here)
        sent = await send_again(here, case)
        if sent is None:
            say(worded("{tracking} is closed: nothing is sent", tracking=case.tracking), err=True)
            raise typer.Exit(NOT_ALL)
        queue = f"agency.{case.agency}" if case.agency else "triage"
        if as_json:
            say_json({"sent": 1, "queue": queue, "id": sent.message_id})
            return
        say(
            worded(
                "{tracking}: sent again to {queue}, as {routing_key} under the id it had "
                "({message_id}); confirmed",
                tracking=case.tracking,
                queue=queue,
                routing_key=sent.routing_key,
                message_id=sent.message_id,
            )
        )


async def _many(agency: str, since: str, rate: int, yes: bool, as_json: bool) -> None:
    from broker.domain.case import CaseFilter
    from gateway.desk.wording import moment
    from pintu.app import open_desk

    async with open_desk() as here:
        calendar = here.clocks.calendar
        began = moments.moment_of(since, here.now(), calendar.zone, "--since")
        desk = agency == names.TRIAGE
        code = None if desk else agency_meant(agency, here, "--agency", ended=True)
        queue = "triage" if code is None else f"agency.{code}"
        wanted = CaseFilter(agency=code, at_desk=desk, routed_since=began)
        many = await here.store.how_many(wanted)
        what = worded_many("{n:,} complaint", "{n:,} complaints", many)
        ends = (
            worded("at most {rate:,} a second", rate=rate) if many else gettext("nothing to send")
        )
        say(
            worded(
                "{what} of {queue} since {moment}: {ends}",
                what=what,
                queue=queue,
                moment=moment(began, calendar),
                ends=ends,
            ),
            err=as_json,
        )
        sent = 0
        if many:
            agree(worded("Send {what} to {queue} again?", what=what, queue=queue), yes)
            sent = await _sent(wanted, here, many, rate)
        if as_json:
            say_json({"sent": sent, "queue": queue, "since": began.isoformat()})
        elif sent:
            say(
                worded(
                    "{sent:,} sent again to {queue}, each under the id it had; confirmed",
                    sent=sent,
                    queue=queue,
                )
            )


async def _sent(wanted: "CaseFilter", here: "DeskSession", many: int, rate: int) -> int:
    """How many; where it is stopped in the middle, that is said."""
    from gateway.desk.sending_again import send_all_again
    from pintu.cli.progress import progress_bar

    confirmed, whole = 0, False
    with progress_bar(gettext("sending again"), many) as bar:

        def told(done: int) -> None:
            nonlocal confirmed
            confirmed = done
            bar(done)

        try:
            sent = await send_all_again(wanted, here, rate=rate, told=told)
            whole = True
        finally:
            if not whole:
                say(
                    worded(
                        "stopped after {confirmed:,}; sending again is harmless",
                        confirmed=confirmed,
                    ),
                    err=True,
                )
    return sent
