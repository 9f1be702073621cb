"""``pintu parked``: what could not be used, for operators. It may hold personal data."""

import asyncio
import base64
import getpass
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table

from broker.amqp.parked import ParkedMessages, parked_messages
from broker.domain import original_properties
from broker.domain.unparking import Parked, discarded, replay
from config.settings import load_settings
from consumers.address import broker_address
from consumers.cli.printable import printable
from consumers.clock import SystemClock

app = typer.Typer(
    no_args_is_help=True,
    help="Parked messages: what could not be used, kept whole with the reason. They may hold"
    " personal data.\n\nExample: pintu parked list",
)

_FAILED = 1
_SHORTEST = 6
_HEADINGS = ("reason", "from", "parked at", "size", "id")

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Id = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="As `pintu parked list` prints it, or its first characters (at least 6)."
    ),
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
    """Reason, origin, time, size in bytes and id of the parked messages; none is taken out.

    A table, or tab-separated in a pipe. The reasons `unroutable`, `delivery-limit`, `rejected`
    and `expired` are RabbitMQ's; the others are those of the consumer that parked it.
    """
    found, more = asyncio.run(_list(_having(reason), limit))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    elif sys.stdout.isatty():
        table = Table(*_HEADINGS)
        for row in found:
            table.add_row(*_cells(row))
        Console(highlight=False, markup=False).print(table)
    else:
        for row in found:
            typer.echo("\t".join(_cells(row)))
    if more:
        typer.echo(f"{more} more (--limit)", err=True)


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

    Example: pintu parked show 3f9a1c --raw > body.json
    """
    first = asyncio.run(_find(_bearing(parked_id)))
    if first is None:
        raise _nothing(parked_id)
    if raw:
        sys.stdout.buffer.write(first.message.body)
        sys.stdout.buffer.flush()
    elif as_json:
        typer.echo(json.dumps(_whole(first), indent=2))
    else:
        for name, value in _whole(first).items():
            if name not in ("body", "body_base64") and value not in (None, ""):
                text = json.dumps(value) if isinstance(value, dict) else str(value)
                typer.echo(f"{name:>16}: {printable(text)}")
        typer.echo(f"\n{printable(first.message.body, lines=True)}")


@app.command("replay")
def replay_(
    parked_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One message.")] = None,
    reason: Reason = None,
    everything: Annotated[bool, typer.Option("--all", help="All parked messages.")] = False,
) -> None:
    """Send messages to where they came from, confirmed, then take them out of the queue.

    A message that RabbitMQ dead-lettered goes back to the queue that it was taken from; others to
    the exchange and key that they were published with. Properties are the original ones, without
    those that would make it vanish or be refused.

    Example: pintu parked replay --reason internal-error
    """
    if sum((parked_id is not None, reason is not None, everything)) != 1:
        raise typer.BadParameter("give one of ID, --reason and --all")
    wanted = _bearing(parked_id) if parked_id is not None else _having(reason)
    done, failed = asyncio.run(_replay(wanted))
    if parked_id is not None and not done and not failed:
        raise _nothing(parked_id)
    typer.echo(f"{done} sent back")
    _tell(failed)


@app.command()
def discard(
    parked_id: Id,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is kept on the audit trail.")
    ],
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who; the user of this machine if left out.")
    ] = None,
) -> None:
    """Throw a message away for good. Who, why and what is on the audit trail, without the body.

    Example: pintu parked discard 3f9a1c --reason "test message of the SMS gateway"
    """
    if not reason.strip():
        raise typer.BadParameter("needs words", param_hint="--reason")
    who = by or getpass.getuser()
    done, failed = asyncio.run(_discard(_bearing(parked_id), reason.strip(), who))
    if not done and not failed:
        raise _nothing(parked_id)
    typer.echo(f"{done} discarded")
    _tell(failed)


Wanted = Callable[[Parked], bool]


def _bearing(text: str) -> Wanted:
    """Messages with that id, or whose id starts with it."""
    if len(text) < _SHORTEST:
        raise typer.BadParameter(f"at least {_SHORTEST} characters", param_hint="ID")
    return lambda parked: parked.id.startswith(text) or parked.message.properties.message_id == text


def _having(reason: str | None) -> Wanted:
    code = None if reason is None else reason.replace("_", "-")
    return lambda parked: code is None or parked.reason == code


@asynccontextmanager
async def _reading() -> AsyncIterator[ParkedMessages]:
    async with (
        broker_address(load_settings()) as address,
        parked_messages(address.url) as messages,
    ):
        yield messages


async def _list(wanted: Wanted, limit: int) -> tuple[list[dict[str, Any]], int]:
    found: list[dict[str, Any]] = []
    more = 0
    async with _reading() as messages:
        async for parked in messages:
            if wanted(parked):
                if len(found) < limit:
                    found.append(_row(parked))
                else:
                    more += 1
    return found, more


async def _find(wanted: Wanted) -> Parked | None:
    found = None
    async with _reading() as messages:
        async for parked in messages:
            if found is None and wanted(parked):
                found = parked
    return found


async def _replay(wanted: Wanted) -> tuple[int, Counter[str]]:
    done, failed = 0, Counter[str]()
    async with _reading() as messages:
        async for parked in messages:
            if not wanted(parked):
                continue
            if (message := replay(parked, str(uuid4()))) is None:
                failed["nobody knows where it came from"] += 1
            elif (refusal := await messages.give_back(message, parked)) is not None:
                failed[f"{printable(str(parked.origin))}: {refusal}"] += 1
            else:
                done += 1
    return done, failed


async def _discard(wanted: Wanted, reason: str, by: str) -> tuple[int, Counter[str]]:
    done, failed = 0, Counter[str]()
    at = SystemClock().now()
    async with _reading() as messages:
        async for parked in messages:
            if wanted(parked):
                event = discarded(parked, reason=reason, by=by, at=at, nth=done)
                if (refusal := await messages.discard(event, parked)) is not None:
                    failed[refusal] += 1
                else:
                    done += 1
    return done, failed


def _row(parked: Parked) -> dict[str, Any]:
    return {
        "id": parked.id,
        "reason": parked.reason,
        "detail": parked.detail,
        "way": parked.way.value,
        "from": None if parked.origin is None else str(parked.origin),
        "at": None if parked.at is None else parked.at.isoformat(),
        "size": parked.size,
        "message_id": parked.message.properties.message_id,
    }


def _whole(parked: Parked) -> dict[str, Any]:
    whole = _row(parked)
    whole["properties"] = json.loads(original_properties.as_json(parked.original))
    if parked.missing:
        whole["properties_missing"] = parked.missing
    try:
        whole["body"] = parked.message.body.decode()
    except UnicodeDecodeError:
        whole["body_base64"] = base64.b64encode(parked.message.body).decode()
    return whole


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    cells = (row["reason"], row["from"] or "-", row["at"] or "-", str(row["size"]), row["id"])
    return tuple(printable(cell) for cell in cells)


def _nothing(parked_id: str) -> typer.Exit:
    typer.echo(f"no parked message has the id {printable(parked_id)}", err=True)
    return typer.Exit(_FAILED)


def _tell(failed: Counter[str]) -> None:
    for why, count in failed.most_common():
        typer.echo(f"{count} stay parked: {why}", err=True)
    if failed:
        raise typer.Exit(_FAILED)
