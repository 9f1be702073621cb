"""What the commands of webhooks share."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer

from config.language import worded
from gateway.text.printable import printable, say

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The queue: agency.CODE or channel.CODE.")
]


def shown_moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def unknown(name: str) -> typer.BadParameter:
    return typer.BadParameter(
        worded(
            "no endpoint is called {printable}; `pintu webhook list` shows all",
            printable=printable(name),
        ),
        param_hint="NAME",
    )


def table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """A table on a terminal, tab-separated in a pipe, with headings either way."""
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    if sys.stdout.isatty():
        from rich.table import Table

        from gateway.text.console import Console

        made = Table(*columns)
        for row in cells:
            made.add_row(*row)
        Console(highlight=False, markup=False).print(made)
        return
    say("\t".join(columns))
    for row in cells:
        say("\t".join(row))


def _cell(value: object) -> str:
    text = "-" if value in (None, "") else str(value)
    return printable(text).replace("\t", " ")
