"""`pintu publish`: a file of complaints onto the intake."""

import os
import shlex
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, NoReturn
from uuid import uuid4

import typer

from broker.messaging.names import is_code
from config.csv_file import BadFile
from config.files import open_rows
from config.foreign import told
from config.language import gettext, worded
from config.loading.clocks import load_zone
from config.settings import Settings, load_settings
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE, NOT_ALL, SIGNALLED
from pintu.cli.publish_options import choice_of, topics_of
from pintu.publishing.complaints import Item, complaints
from pintu.publishing.lines import is_codec
from pintu.publishing.opening import SUFFIXES, UNITS, Format, Reading, opened_records

if TYPE_CHECKING:
    from pintu.publishing.command import Publishing

_STDIN: Final = "-"
_CHANNEL: Final = "api"


def publish(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV, an Excel workbook, JSON or JSON lines; - reads stdin."
        ),
    ],
    channel: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Channel of the lines that name none; api by default."),
    ] = None,
    format: Annotated[
        Format | None, typer.Option(help="Needed where the file's suffix does not tell.")
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            help="What a column is; COLUMN= leaves it out. May be repeated.",
        ),
    ] = None,
    extra: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Pass on a column that is no field, in extra; '*' for all. May be repeated.",
        ),
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Use these columns (fields) and no others.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Leave a column (field) out. May be repeated."),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Of a workbook; else the first that has a column of the text."
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of the text; else UTF-8, and Windows-1252 for lines that are not.",
        ),
    ] = None,
    first: Annotated[
        int,
        typer.Option(
            "--from", metavar="LINE", min=1, help="Begin with this line (row, item) of the file."
        ),
    ] = 1,
    name: Annotated[
        str | None,
        typer.Option(
            help="Keeps this file apart from others in which rows without an id say the same;"
            " for stdin a new one every time."
        ),
    ] = None,
) -> None:
    """Publish the complaints of a file to the intake, confirmed, one a row.

    CSV and Excel workbooks: the first row with a column of the text is the
    header; what stands before it is passed over. Only text is required.

    \b
      text title occurred_at classification oversight category agency
      anonymous confidential: true yes ya 1, or false no tidak 0; if
        it is anything else, it counts as true
      region district village address latitude longitude
      name phone email national_id: the reporter's (or reporter_name …)
      attachments: URLs, blanks between them
      follows external_id: an earlier complaint; an id elsewhere
      id channel time: see below; time is when it was submitted

    The names of SP4N-LAPOR!'s export (Isi Laporan Awal, Tipe Laporan,
    Tracking ID, Kecamatan …), of Open311 and of FixMyStreet are known too;
    --map tells others. Any other column is left out, and told, unless
    --extra asks for it; what `pintu route --file` added always is.

    JSON (one object, an array of them, or one a line): the contract's data
    object, which may also have id, channel and time, or one of Open311. In
    JSON lines also a whole CloudEvent, passed on as it is (its source,
    /channels/CODE, names the channel).

    Dates are ISO 8601 or as people write them, day before month; without
    an offset they are local time (of the configuration, zone in sla.toml).
    The agency is the one that the reporter picked: where a file names
    another town's offices, give --ignore agency. Nothing leaves out id,
    channel, or what says that somebody is not to be shown.

    Publishing a file again is harmless: a row keeps its id, its own or one
    derived from what it says, wherever it stands, and the router drops what
    it has seen. If rows without an id or a time say the same in the files of
    two days and are not the same, give each file a --name.

    A row that the router could only park is not published but told, with
    the reason, and the exit code is 1. What was not understood in the
    others, or not as it is written, is told as a warning. If RabbitMQ goes
    away in the middle, the command waits for it. Ctrl-C finishes the batch
    in hand and says where to go on.

    Example: pintu publish rekap.xlsx --channel walk-in

    Example: pintu publish export.csv --map "Isi Pesan=text" --extra "No. Agenda"

    Example: zcat big.jsonl.gz | pintu publish - --format jsonl --name may
    """
    kind = format or SUFFIXES.get(file.suffix.lower())
    if kind is None:
        raise typer.BadParameter(
            gettext("the name does not tell csv, json, jsonl or xlsx; give --format")
        )
    if channel is not None and not is_code(channel):
        raise typer.BadParameter(
            gettext("a channel's code is like web or walk-in"), param_hint="--channel"
        )
    if encoding is not None and not is_codec(encoding):
        raise typer.BadParameter(gettext("no encoding of that name"), param_hint="--encoding")
    choice = choice_of(only=only, ignore=ignore, mapped=mapped, extra=extra)
    stdin = str(file) == _STDIN
    settings = load_settings()
    reading = Reading(
        kind=kind,
        zone=load_zone(settings.config_dir),
        choice=choice,
        topics=partial(topics_of, settings.config_dir),
        say=partial(say, err=True),
        encoding=encoding,
        sheet=sheet,
    )
    # What comes through a pipe may say the same as yesterday, and nobody can look into it again.
    batch = _text(name or f"stdin-{uuid4()}") if name or stdin else None
    try:
        opened = opened_records(*_opened(file, stdin), reading)
    except OSError as why:
        _fail(f"{file}: {told(why.strerror)}")
    except BadFile as why:
        _fail(f"{file} {why}")
    unit = UNITS.get(kind, "line")
    items = complaints(
        opened.records,
        batch=batch,
        channel=channel or _CHANNEL,
        asked=channel is not None,
        first=first,
        unit=unit,
    )
    _leave(_published(settings, items, opened.size, first, unit), file, batch)


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


def _leave(done: "Publishing", file: Path, name: str | None) -> None:
    """Say what was done and end with the exit code."""
    if done.seconds:
        say(done.tally.summary(done.seconds))
    if done.seconds and (done.stopped_by is not None or done.failure is not None):
        again = _again(first=done.tally.go_on, name=name)
        say(worded("not everything is published; go on with\n  {again}", again=again), err=True)
    if isinstance(done.failure, (BadFile, OSError)):
        _fail(f"{file} {done.failure}")
    if done.failure is not None:
        raise done.failure
    if done.stopped_by is not None:
        raise typer.Exit(SIGNALLED + done.stopped_by)
    if done.tally.skipped:
        raise typer.Exit(NOT_ALL)


def _published(
    settings: Settings, items: Iterator[Item], size: int | None, first: int, unit: str
) -> "Publishing":
    # Late: the other commands start without the event loop and the store.
    import uvloop

    from config.logging import configure_logging
    from pintu.publishing.command import Publishing

    configure_logging(settings.log_format)

    async def run() -> Publishing:
        publishing = Publishing(settings, size=size, first=first, unit=unit)
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
    say(worded("error: {message}", message=message), err=True)
    raise typer.Exit(BAD_USE)
