"""``pintu audit tail``: follow the audit trail."""

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from config.language import gettext
from gateway.text.printable import say
from pintu.cli.audit.options import AsJson
from pintu.cli.audit.printing import print_row
from pintu.cli.exit_codes import SIGNALLED

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from broker.amqp.stream import AuditStream


def tail(
    many: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="Print so many of the newest first.")
    ] = 10,
    follow: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Go on with what comes.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """The newest messages of the audit trail, then whatever comes, until Ctrl-C.

    Offset in the trail, time, event or update, routing key, tracking code, who spoke, and the id of
    the message: what people wrote is not printed. --json gives whole messages, one a line, which
    hold personal data.

    Example: pintu audit tail -n 50

    Example: pintu audit tail --no-follow --json | jq .key
    """
    try:
        asyncio.run(_tail(many, follow, as_json))
    except KeyboardInterrupt:
        raise typer.Exit(SIGNALLED + signal.SIGINT) from None


async def _tail(many: int, follow: bool, as_json: bool) -> None:
    from gateway.desk.trail import row_of
    from pintu.app import local_zone, open_audit

    zone = local_zone()
    async with open_audit() as stream:
        start, newest = await _from(stream, many)
        if newest < 0:
            say(gettext("the audit trail is empty"), err=True)
        if not follow and (newest < 0 or not many):
            return
        async for some in stream.read(start, upto=None if follow else newest):
            for one in some:
                print_row(row_of(one.offset, one.message), zone, as_json=as_json)


async def _from(stream: "AuditStream", many: int) -> tuple[int | str, int]:
    """Where to begin, and the offset of the newest; -1 where there is none."""
    ends = await stream.ends()
    if ends is None:
        return "first", -1
    oldest, newest = ends
    return max(oldest, newest - many + 1), newest
