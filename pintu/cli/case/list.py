"""``pintu case list``."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from broker.domain.case import State, terms_of
from broker.domain.case.listing import SHORTEST_PHONE, digits
from broker.messaging import names
from config.language import gettext
from pintu.cli import moments
from pintu.cli.case.finding import AsJson, agency_meant
from pintu.cli.case.printing import print_cases
from schemas.complaint import Classification

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.domain.case import CaseFilter
    from gateway.desk.session import DeskSession


def list_(
    agency: Annotated[
        str | None,
        typer.Option(
            metavar="AGENCY",
            help="Only what lies there: its code, name or alias; triage for the desk.",
        ),
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that somebody is late with.")
    ] = False,
    state: Annotated[
        State | None, typer.Option(help="Only those in that state; closed ones only so.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar=moments.METAVAR, help=f"Only those that began then or later: {moments.HELP}."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar=moments.METAVAR, help="Only those that began before; a day is included."
        ),
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only what came in by that channel.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only what is about that topic or category.")
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help="Only cases in which all these words stand, whatever their case and order: in"
            " title, text, place, external_id or in what was said; together where they stand in"
            " quotation marks.",
        ),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="Only what is in such an address, village or district."),
    ] = None,
    phone: Annotated[
        str | None,
        typer.Option(
            metavar="DIGITS",
            help="Only of reporters whose telephone number ends so, four digits or more; who is"
            " anonymous has none.",
        ),
    ] = None,
    classification: Annotated[
        Classification | None, typer.Option(help="Only what is of that kind.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the oldest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Open cases, the oldest first: one or two lines each on a terminal, tab-separated in a pipe.

    A terminal shows the tracking code, what is owed, whose it is, the text and what was said last,
    shortened to its width (COLUMNS). In a pipe and in --json no text is printed; the columns are
    tracking, state, agency, channel, then the deadline that comes first: clock, due, how it stands;
    and the id.

    Example: pintu case list --agency dpupr --overdue | cut -f1

    Example: pintu case list --since 3d --channel sms --text "lampu jalan"
    """
    for given, option in ((text, "--text"), (place, "--place")):
        if given is not None and not terms_of(given):
            raise typer.BadParameter(gettext("needs words"), param_hint=option)
    if phone is not None and len(digits(phone)) < SHORTEST_PHONE:
        what = gettext("needs {n} digits or more").format(n=SHORTEST_PHONE)
        raise typer.BadParameter(what, param_hint="--phone")

    def wanted(here: "DeskSession") -> "CaseFilter":
        from broker.domain.case import CaseFilter

        now, zone = here.now(), here.clocks.calendar.zone
        desk = agency == names.TRIAGE
        # An agency that ended may still have cases.
        whose = None if desk or not agency else agency_meant(agency, here, "--agency", ended=True)
        return CaseFilter(
            state=state,
            agency=whose,
            at_desk=desk,
            overdue_at=now if overdue else None,
            since=moments.moment_of(since, now, zone, "--since") if since else None,
            until=moments.moment_of(until, now, zone, "--until", ends=True) if until else None,
            channel=channel,
            topic=topic,
            text=text,
            place=place,
            phone=phone,
            classification=classification,
        )

    asyncio.run(_list(wanted, limit, as_json))


async def _list(wanted: "Callable[[DeskSession], CaseFilter]", limit: int, as_json: bool) -> None:
    from gateway.desk.brief_lines import case_lines
    from gateway.desk.rows import case_row, without_text
    from pintu.app import open_desk

    async with open_desk() as here:
        await print_cases(
            wanted(here),
            here,
            limit,
            lines=case_lines,
            row=case_row,
            record=without_text if as_json else None,
        )
