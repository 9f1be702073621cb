"""The case, or the agency, that somebody means; what is not found is said."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from config.language import gettext, worded
from gateway.text.printable import printable, say
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.domain.case import Case
    from gateway.desk.session import DeskSession

Which = Annotated[
    str,
    typer.Argument(
        metavar="ID|TRACKING", help="A complaint_id, or a tracking code however it is typed."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


async def found(which: str, here: "DeskSession") -> "Case":
    """The case that is meant; otherwise a message and exit code 1."""
    case = await here.find(which)
    if case is None:
        from schemas.identifiers import normalise_tracking

        shown = printable(which)
        if _is_uuid(which) or normalise_tracking(which):
            why = worded("no case {shown} in {where}", shown=shown, where=here.where)
        else:
            why = worded(
                "{shown} is neither an id nor a tracking code: its check character does not fit",
                shown=shown,
            )
        say(why, err=True)
        raise typer.Exit(NOT_ALL)
    return case


async def found_event(event: str, here: "DeskSession") -> "Case":
    """The case that an event of a log line was about; otherwise a message and exit code 1."""
    try:
        event_id = str(UUID(event.strip()))
    except ValueError:
        raise typer.BadParameter(
            gettext(
                "not the id of an event: 36 characters, such as"
                " 0c7d8f9e-0d3a-5d52-9b5e-7a4f1c2b3d4e (event_id in the log)"
            ),
            param_hint="--event",
        ) from None
    case = await here.store.find_event(event_id)
    if case is None:
        say(
            worded(
                "no case in {where} knows the event {event_id}: it was about none (a "
                "parked message), its case was not opened yet, or it is kept no more",
                where=here.where,
                event_id=event_id,
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL)
    return case


def agency_meant(text: str, here: "DeskSession", hint: str, *, ended: bool = False) -> str:
    """Its code, see gateway.desk.naming. Raises typer.BadParameter with who is near."""
    from gateway.desk.naming import NotAnAgency, agency_named

    try:
        return agency_named(text, here.agencies, here.today(), ended=ended)
    except NotAnAgency as why:
        raise typer.BadParameter(str(why), param_hint=hint) from None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True
