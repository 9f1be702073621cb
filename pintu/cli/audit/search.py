"""``pintu audit search``: look something up in the audit trail."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli import moments
from pintu.cli.audit.options import AsJson
from pintu.cli.audit.printing import print_row
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.progress import progress_bar

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from gateway.desk.trail import Wanted

Moment = Annotated[str | None, typer.Option(metavar=moments.METAVAR, help=moments.HELP)]


def search(
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|TRACKING]",
            help="A complaint_id, a tracking code however it is typed, or the id of a message.",
        ),
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only events for that agency, and what it says."),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only events to that channel, and what it says."),
    ] = None,
    verb: Annotated[
        str | None, typer.Option(metavar="VERB", help="Only those, such as escalated or returned.")
    ] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the oldest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """What the audit trail holds of a complaint, an agency, a channel, a verb or a time, the oldest
    first; the columns are those of `pintu audit tail`. Times are those of the messages.

    --json gives whole messages, one a line, which hold personal data. Exit code 1 where nothing is
    found.

    Example: pintu audit search 9KB0-BSXF-M8V4

    Example: pintu audit search --agency dlh --verb escalated --since 7d
    """
    from gateway.desk import trail

    wanted: list[Wanted] = []
    if which is not None:
        if (about := trail.about(which)) is None:
            raise typer.BadParameter(
                gettext("needs an id or a tracking code"), param_hint="ID|TRACKING"
            )
        wanted.append(about)
    if agency is not None:
        wanted.append(trail.concerning(agency))
    if channel is not None:
        wanted.append(trail.by_channel(channel))
    if verb is not None:
        wanted.append(lambda row: row.verb == verb)
    if not wanted and since is None and until is None:
        raise typer.BadParameter(
            gettext("say what to look for: ID, --agency, --channel, --verb or --since")
        )
    if not asyncio.run(_search(wanted, since, until, limit, as_json)):
        say(gettext("nothing found"), err=True)
        raise typer.Exit(NOT_ALL)


async def _search(
    wanted: "Sequence[Wanted]", since: str | None, until: str | None, limit: int, as_json: bool
) -> int:
    """How many were found; those over the limit are counted, and said."""
    from gateway.desk.trail import row_of
    from pintu.app import local_zone, open_audit, system_clock

    now, zone = system_clock().now(), local_zone()
    first = moments.moment_of(since, now, zone, "--since") if since else None
    last = moments.moment_of(until, now, zone, "--until", ends=True) if until else None
    found, moment = 0, None
    async with open_audit() as stream:
        if (ends := await stream.ends()) is None:
            return 0
        oldest, newest = ends
        with progress_bar(gettext("searched"), newest - oldest + 1) as bar:
            async for some in stream.read("first", upto=newest):
                for one in some:
                    row = row_of(one.offset, one.message)
                    # Who says no time said it after what was said before.
                    moment = row.time or moment
                    if not _within(moment, first, last) or not all(fits(row) for fits in wanted):
                        continue
                    found += 1
                    if found <= limit:
                        print_row(row, zone, as_json=as_json)
                if some:
                    bar(some[-1].offset - oldest + 1)
    if found > limit:
        say(worded("{found:,} more (--limit)", found=found - limit), err=True)
    return found


def _within(moment: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    if moment is None:
        return first is None and last is None
    return (first is None or moment >= first) and (last is None or moment < last)
