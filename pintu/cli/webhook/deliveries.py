"""``pintu webhook deliveries|replay``."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final, Literal, cast

import typer

from config.language import gettext, worded
from gateway.text.printable import printable, say, say_json
from pintu.cli import moments
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.webhook.printing import AsJson, shown_moment, table, unknown

if TYPE_CHECKING:
    from broker.ports.webhooks import Delivery

_COLUMNS: Final = (
    "endpoint", "state", "tries", "taken_at", "tried_at", "due", "answer", "type", "case",
    "event",
)  # fmt: skip
To = Annotated[str | None, typer.Option("--to", metavar="NAME", help="Only to that endpoint.")]
Since = Annotated[
    str | None,
    typer.Option(metavar=moments.METAVAR, help=f"Only what came then or later: {moments.HELP}."),
]
State = Literal["waiting", "delivered", "parked"]


def list_deliveries(
    to: To = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="waiting, delivered or parked.")
    ] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """What is on its way to endpoints, and what was delivered in the last seven days: no text of
    anybody. A table on a terminal, tab-separated in a pipe.

    Example: pintu webhook deliveries --to agency.dlh --state waiting
    """
    if state not in (None, "waiting", "delivered", "parked"):
        raise typer.BadParameter(gettext("waiting, delivered or parked"), param_hint="--state")
    asyncio.run(_list(to, cast("State | None", state), since, limit, as_json))


def replay(
    event: Annotated[
        str | None, typer.Argument(metavar="[EVENT]", help="One event, by its id.")
    ] = None,
    to: To = None,
    since: Since = None,
) -> None:
    """Deliver one event again, or all since a time, under the ids that they had: what was delivered
    in the last seven days. What was parked: pintu parked replay --reason webhook-failed.

    Example: pintu webhook replay --to agency.dlh --since 6h
    """
    if (event is None) == (since is None):
        raise typer.BadParameter(gettext("give one of EVENT and --since"))
    asyncio.run(_replay(event, to, since))


async def _list(
    to: str | None, state: "State | None", since: str | None, limit: int, as_json: bool
) -> None:
    from broker.ports.webhooks import Wanted
    from pintu.app import local_zone, open_webhooks

    async with open_webhooks() as (store, _, clock):
        zone = local_zone() if since else None
        at = moments.moment_of(since, clock.now(), zone, "--since") if since and zone else None
        found = await store.deliveries(Wanted(to, state, since=at), limit)
    rows = [_row(one) for one in found]
    if as_json:
        say_json(rows)
    else:
        table(_COLUMNS, rows)


async def _replay(event: str | None, to: str | None, since: str | None) -> None:
    from broker.ports.webhooks import Wanted
    from pintu.app import local_zone, open_webhooks

    async with open_webhooks() as (store, _, clock):
        if to is not None and await store.endpoint(to) is None:
            raise unknown(to)
        now = clock.now()
        zone = local_zone() if since else None
        at = moments.moment_of(since, now, zone, "--since") if since and zone else None
        many = await store.replay(Wanted(to, event_id=event, since=at), now)
    if not many:
        what = (
            worded("the event {printable}", printable=printable(event))
            if event
            else gettext("anything since then")
        )
        say(worded("nobody has received {what}, or it is not kept any more", what=what), err=True)
        raise typer.Exit(NOT_ALL)
    say(worded("{many} to be delivered again", many=many), err=True)


def _row(one: "Delivery") -> dict[str, object]:
    return {
        "endpoint": one.endpoint,
        "state": one.state,
        "tries": one.tries,
        "taken_at": shown_moment(one.taken_at),
        "tried_at": shown_moment(one.tried_at),
        "due": shown_moment(one.due),
        "answer": one.answer,
        "type": one.type,
        "case": one.case,
        "event": one.event_id,
    }
