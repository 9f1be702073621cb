"""`pintu publish`: a file of complaints onto the intake."""

import os
import shlex
import sys
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, NoReturn
from uuid import uuid4

import typer

from broker.messaging.names import is_code
from config.csv_file import BadFile, lines_of
from config.files import open_rows
from config.loading.clocks import load_zone
from config.settings import Settings, load_settings
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE, NOT_ALL, SIGNALLED
from pintu.publishing.columns import SAFETY, Columns, columns_of
from pintu.publishing.complaints import Item, complaints
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.json_lines import json_records
from pintu.publishing.records import Record, Skipped
from schemas.limits import PUBLISHED_LINE_BYTES

if TYPE_CHECKING:
    from pintu.publishing.command import Publishing

_STDIN: Final = "-"


class Format(StrEnum):
    """How the file is written down."""

    CSV = "csv"
    JSONL = "jsonl"


_SUFFIXES: Final = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


def publish(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or JSON lines, UTF-8; - reads stdin.")
    ],
    channel: Annotated[
        str, typer.Option(metavar="CODE", help="Channel of the lines that name none.")
    ] = "api",
    format: Annotated[
        Format | None, typer.Option(help="Needed where the file's suffix does not tell.")
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Use these columns (fields) and no others.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Leave a column (field) out. May be repeated."),
    ] = None,
    first: Annotated[
        int,
        typer.Option("--from", metavar="LINE", min=1, help="Begin with this line of the file."),
    ] = 1,
    name: Annotated[
        str | None,
        typer.Option(
            help="What ids of lines without one are derived from, with the line's number and"
            " content. The file's name by default; for stdin a new one every time."
        ),
    ] = None,
) -> None:
    """Publish the complaints of a file to the intake, confirmed, one a line.

    CSV: the first line names the columns; comma, semicolon or tab between
    them. Only text is required.

    \b
      text title occurred_at classification oversight category agency
      anonymous confidential: true yes ya 1, or false no tidak 0; if
        it is anything else, it counts as true
      region district village address latitude longitude
      name phone email national_id: the reporter's (or reporter_name …)
      attachments: URLs, blanks between them
      follows external_id: an earlier complaint; an id elsewhere
      id channel time: see below; time is when it was submitted
      any other column goes to the field extra, under its name

    JSON lines: the contract's data object, which may also have id and
    channel; or a whole CloudEvent, passed on as it is (its source,
    /channels/CODE, names the channel).

    A moment without an offset is local time (of the configuration, zone
    in sla.toml). The agency is the one that the reporter picked: where a
    file names another town's offices, give --ignore agency. --only drops neither id nor channel,
    anonymous or confidential.

    Publishing a file again is harmless: a line keeps its id, its own or one
    derived from file name, line number and content, and the router drops
    what it has seen. If another file comes under the same name every day,
    give each a --name.

    A line that the router could only park is not published but told, with
    the reason, and the exit code is 1. If RabbitMQ goes away in the middle,
    the command waits for it. Ctrl-C finishes the batch in hand and says
    where to go on.

    Example: pintu publish complaints.csv --channel sms --only text,address

    Example: zcat big.jsonl.gz | pintu publish - --format jsonl --name may
    """
    kind = format or _SUFFIXES.get(file.suffix.lower())
    if kind is None:
        raise typer.BadParameter("the name does not tell csv or jsonl; give --format")
    if not is_code(channel):
        raise typer.BadParameter("a channel's code is like web or walk-in", param_hint="--channel")
    stdin = str(file) == _STDIN
    settings = load_settings()
    batch = _text(name or (f"stdin-{uuid4()}" if stdin else file.name))
    try:
        stream, size = _opened(file, stdin)
        records = _records(stream, kind, _words(only), _safe(ignore or ()), settings.config_dir)
    except OSError as why:
        _fail(f"{file}: {why.strerror}")
    except BadFile as why:
        _fail(f"{file} {why}")
    items = complaints(records, batch=batch, channel=channel, first=first)
    _leave(_published(settings, items, size, first), file, batch if stdin or name else None)


def _text(name: str) -> str:
    """The name of a file as text, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _opened(file: Path, stdin: bool) -> tuple[BinaryIO, int | None]:
    """The stream, and its size in bytes where that is known."""
    # Not sys.stdin: a thread that waits on it holds a lock that Python needs to end.
    if stdin:
        return open(0, "rb", closefd=False), None
    stream = open_rows(file)
    return stream, file.stat().st_size if file.is_file() else None


def _records(
    stream: BinaryIO,
    kind: Format,
    only: Collection[str],
    ignore: Collection[str],
    config: Path | None,
) -> Iterator[Record | Skipped]:
    lines = lines_of(stream, PUBLISHED_LINE_BYTES, cut=True)
    if kind is Format.JSONL:
        return json_records(lines, only, ignore)

    zone = load_zone(config)

    def columns(header: Sequence[str]) -> Columns:
        found = columns_of(header, zone=zone, only=only, ignore=ignore)
        if found.passed_on:
            say(f"passed on in extra: {', '.join(found.passed_on)}", err=True)
        return found

    return csv_records(lines, columns)


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _safe(ignore: Collection[str]) -> Collection[str]:
    if unsafe := sorted(SAFETY & {word.strip().lower() for word in ignore}):
        # It would send openly what somebody told in confidence.
        raise typer.BadParameter(f"{unsafe[0]} cannot be left out", param_hint="--ignore")
    return ignore


def _leave(done: "Publishing", file: Path, name: str | None) -> None:
    """Say what was done and end with the exit code."""
    if done.seconds:
        say(done.tally.summary(done.seconds))
    if done.seconds and (done.stopped_by is not None or done.failure is not None):
        again = _again(first=done.tally.go_on, name=name)
        say(f"not everything is published; go on with\n  {again}", err=True)
    if isinstance(done.failure, (BadFile, OSError)):
        _fail(f"{file} {done.failure}")
    if done.failure is not None:
        raise done.failure
    if done.stopped_by is not None:
        raise typer.Exit(SIGNALLED + done.stopped_by)
    if done.tally.skipped:
        raise typer.Exit(NOT_ALL)


def _published(
    settings: Settings, items: Iterator[Item], size: int | None, first: int
) -> "Publishing":
    # Late: the other commands start without the event loop and the store.
    import uvloop

    from config.logging import configure_logging
    from pintu.publishing.command import Publishing

    configure_logging(settings.log_format)

    async def run() -> Publishing:
        publishing = Publishing(settings, size=size, first=first)
        await publishing.run(items)
        return publishing

    return uvloop.run(run())


def _again(*, first: int, name: str | None) -> str:
    """The command that goes on where this one ended: the same, but for --from and --name."""
    words, skip = [], False
    for word in sys.argv[1:]:
        option = word.partition("=")[0]
        if skip or option in ("--from", "--name"):
            skip = not skip and "=" not in word
            continue
        words.append(word)
    named = ["--name", name] if name else []
    return shlex.join(["pintu", *words, "--from", str(first), *named])


def _fail(message: str) -> NoReturn:
    say(f"error: {message}", err=True)
    raise typer.Exit(BAD_USE)
