"""``pintu case export``: the recap table of an office."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.files import replaced
from config.foreign import told
from config.language import gettext, worded, worded_many
from gateway.text.csv_rows import csv_line
from gateway.text.formulas import Guard
from gateway.text.printable import printable, say, say_rows
from gateway.text.workbook import Workbook
from pintu.cli import moments
from pintu.cli.exit_codes import BAD_USE

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from collections.abc import Callable, Sequence

    from gateway.desk.session import DeskSession

Moment = Annotated[str | None, typer.Option(metavar=moments.METAVAR, help=moments.HELP)]


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV, or an Excel workbook where it ends in .xlsx, for its owner alone;"
            " -: CSV on standard output.",
        ),
    ],
    since: Moment = None,
    until: Moment = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="An Excel workbook, whatever the file is called.")
    ] = False,
) -> None:
    """Write the recap of cases that began in a time, open and closed ones, for the office's report:
    No, Tanggal, Tracking ID, Judul, OPD, Tanggapan, Keterangan.

    No reporter stands in it. Of a confidential complaint, and of one from somebody who reports
    anonymously, neither title nor answer is written; in others the reporter's name, telephone
    numbers, NIK and e-mail addresses are masked. Write it before the words of closed cases go
    (closed_text_days); after that it says so. A file of that name is replaced.

    Example: pintu case export --since 2026-01-01 --until 2026-03-31 rekap-triwulan-1.csv

    Example: pintu case export rekap.xlsx
    """
    if xlsx and str(file) == "-":
        raise typer.BadParameter(gettext("a workbook goes into a file"), param_hint="--xlsx")
    asyncio.run(_export(file, since, until, xlsx or file.suffix.lower() == ".xlsx"))


async def _export(file: Path, since: str | None, until: str | None, xlsx: bool) -> None:
    from pintu.app import open_desk

    guard = Guard()
    async with open_desk() as here:
        if str(file) == "-":
            count = await _written(here, since, until, _csv(guard, say_rows))
        else:
            try:
                with replaced(file) as outgoing:
                    if xlsx:
                        book = Workbook("Rekap")
                        count = await _written(here, since, until, book.row)
                        book.save(outgoing.buffer)
                    else:
                        outgoing.write("\ufeff")  # by it spreadsheets know UTF-8
                        count = await _written(here, since, until, _csv(guard, outgoing.write))
            except OSError as error:
                say(
                    worded(
                        "error: {value}: {strerror}",
                        value=error.filename or file,
                        strerror=told(error.strerror),
                    ),
                    err=True,
                )
                raise typer.Exit(BAD_USE) from None
    say(
        worded_many(
            "{n:,} case written to {file}",
            "{n:,} cases written to {file}",
            count,
            file=printable(str(file)),
        ),
        err=True,
    )
    if guard.guarded:
        say(
            worded(
                "{guarded:,} cells got an apostrophe: they would be formulas", guarded=guard.guarded
            ),
            err=True,
        )


def _csv(guard: Guard, write: "Callable[[str], object]") -> "Callable[[Sequence[str]], object]":
    """Writes a row as a line."""
    return lambda cells: write(csv_line(guard.row([cell.replace("\0", "") for cell in cells])))


async def _written(
    here: "DeskSession",
    since: str | None,
    until: str | None,
    write: "Callable[[Sequence[str]], object]",
) -> int:
    from gateway.desk.recap import COLUMNS, recap

    now, zone = here.now(), here.clocks.calendar.zone
    first = moments.moment_of(since, now, zone, "--since") if since else None
    last = moments.moment_of(until, now, zone, "--until", ends=True) if until else None
    write(COLUMNS)
    count = 0
    async for row in recap(here, first, last):
        write(row)
        count += 1
    return count
