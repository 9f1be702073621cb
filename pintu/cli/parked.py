"""``pintu parked``: what could not be used, for operators. It may hold personal data."""

import asyncio
import getpass
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from config.language import gettext, marked, worded
from gateway.text.printable import printable, say, say_json
from pintu.app import open_parked, system_clock
from pintu.cli.exit_codes import NOT_ALL

# gateway.desk.parked is imported where needed: `pintu due` starts without a broker's client.

app = typer.Typer(
    no_args_is_help=True,
    help="Parked messages: what could not be used, kept whole with the reason. They may hold"
    " personal data.\n\nExample: pintu parked list",
)

if TYPE_CHECKING:
    from broker.ports import ParkedMessages

T = TypeVar("T")
_HEADINGS = (
    marked("reason"),
    marked("from"),
    marked("parked at"),
    marked("size"),
    "id",
    marked("goes to"),
)

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Id = Annotated[
    str,
    typer.Argument(metavar="ID", help="As `pintu parked list` prints it."),
]
Reason = Annotated[
    str | None, typer.Option(metavar="REASON", help="Only those parked for this reason.")
]


@app.command("list")
def list_(
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the oldest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Reason, origin, time, size in bytes and id of the parked messages, and where each would go;
    none is taken out.

    The last is an exchange and a routing key with a slash between them; after nothing but a slash
    it is a queue. A table, or tab-separated in a pipe. The reasons `unroutable`, `delivery-limit`,
    `rejected` and `expired` are RabbitMQ's; the others are those of the consumer that parked it.

    Example: pintu parked list --reason internal-error
    """
    from gateway.desk import parked as work

    found, more = asyncio.run(
        _with(lambda messages: work.rows(messages, work.having(reason), limit))
    )
    if as_json:
        say_json(found, ascii=True)
    elif sys.stdout.isatty():
        from rich.table import Table

        from gateway.text.console import Console

        table = Table(*map(gettext, _HEADINGS))
        for row in found:
            table.add_row(*_cells(row))
        Console(highlight=False, markup=False).print(table)
    else:
        for row in found:
            say("\t".join(_cells(row)))
    if more:
        say(worded("{more} more (--limit)", more=more), err=True)


@app.command()
def show(
    parked_id: Id,
    raw: Annotated[
        bool, typer.Option("--raw", help="Only the body, byte for byte, on standard output.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """One parked message: reason, original properties and body; what a terminal would take for
    a command is escaped.

    The first characters of an id will do, or a message_id.

    Example: pintu parked show 3f9a1c --raw > body.json
    """
    from gateway.desk import parked as work

    first = asyncio.run(_with(lambda messages: work.first(messages, work.like(parked_id))))
    if first is None:
        raise _nothing(parked_id)
    if raw:
        sys.stdout.buffer.write(first.message.body)
        sys.stdout.buffer.flush()
    elif as_json:
        say_json(work.whole(first), ascii=True)
    else:
        for name, value in work.whole(first).items():
            if name not in ("body", "body_base64") and value not in (None, ""):
                text = json.dumps(value) if isinstance(value, dict) else str(value)
                say(f"{name:>16}: {printable(text)}")
        say(f"\n{printable(first.message.body, lines=True)}")


@app.command("replay")
def replay_(
    parked_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One message.")] = None,
    reason: Reason = None,
    everything: Annotated[bool, typer.Option("--all", help="All parked messages.")] = False,
) -> None:
    """Send messages to where they came from, confirmed, then take them out of the queue.

    A message goes back to the queue that it was taken from, and to no other; what no queue took,
    and what came to the router, to the exchange and key that it was published with. Properties are
    the original ones, without those that would make it vanish or be refused. What is said to be
    sent back has left the queue. Where this is cut off, a message may come twice, under the id
    that it has.

    Example: pintu parked replay --reason internal-error
    """
    if sum((parked_id is not None, reason is not None, everything)) != 1:
        raise typer.BadParameter(gettext("give one of ID, --reason and --all"))
    from gateway.desk import parked as work

    wanted = work.having(reason) if parked_id is None else work.bearing(parked_id)
    done, failed = asyncio.run(_with(lambda messages: work.give_back(messages, wanted)))
    if parked_id is not None and not done and not failed:
        raise _nothing(parked_id)
    say(worded("{done} sent back", done=done))
    _tell(failed)


@app.command()
def discard(
    parked_ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="As `pintu parked list` prints them; one or more."),
    ],
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is kept on the audit trail.")
    ],
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who; the user of this machine if left out.")
    ] = None,
) -> None:
    """Throw messages away for good. Who, why and what is on the audit trail, without the body.

    Example: pintu parked discard 3f9a1c0d5e7b2a48 --reason "test message"
    """
    if not reason.strip():
        raise typer.BadParameter(gettext("needs words"), param_hint="--reason")
    from gateway.desk import parked as work

    wanted = work.bearing(*parked_ids)
    who, at = by or getpass.getuser(), system_clock().now()
    done, failed = asyncio.run(
        _with(lambda messages: work.discard(messages, wanted, reason.strip(), who, at))
    )
    if not done and not failed:
        raise _nothing(" ".join(parked_ids))
    say(worded("{done} discarded", done=done))
    _tell(failed)


async def _with(what: "Callable[[ParkedMessages], Awaitable[T]]") -> "T":
    async with open_parked() as messages:
        return await what(messages)


def _cells(row: dict[str, object]) -> tuple[str, ...]:
    names = ("reason", "from", "at", "size", "id", "to")
    cells = ("-" if row[name] is None else row[name] for name in names)
    return tuple(printable(str(cell)) for cell in cells)


def _nothing(parked_id: str) -> typer.Exit:
    say(
        worded("no parked message has the id {printable}", printable=printable(parked_id)), err=True
    )
    return typer.Exit(NOT_ALL)


def _tell(failed: Counter[str]) -> None:
    for why, count in failed.most_common():
        say(worded("{count} stay parked: {why}", count=count, why=why), err=True)
    if failed:
        raise typer.Exit(NOT_ALL)
