"""What goes to a terminal or into a pipe: everything that a command prints goes through here.

Column names, file names, rules and complaints come from outside; what a terminal would act on
(escape sequences, C1, signs that turn the direction of writing) is escaped.
"""

import json
import sys
import textwrap
from collections.abc import Iterable
from typing import Any, Self

import typer

from config.printable import json_printable, printable

__all__ = ["JsonList", "printable", "say", "say_json", "say_rows", "say_sections"]


def say(text: str, *, err: bool = False) -> None:
    """Lines of text for people; tabs and line ends stay."""
    typer.echo(printable(text, lines=True), err=err)


def say_json(value: Any, *, indent: int | None = 2, ascii: bool = False) -> None:
    """A value for programs: valid JSON with that value. ``ascii``: all else is escaped too."""
    typer.echo(json_printable(json.dumps(value, ensure_ascii=ascii, indent=indent)))


class JsonList:
    """A list for programs, printed as its items come: what ``say_json`` prints of all at once."""

    def __init__(self) -> None:
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def item(self, value: Any) -> None:
        item = textwrap.indent(json.dumps(value, ensure_ascii=False, indent=2), "  ")
        typer.echo(json_printable((",\n" if self._count else "[\n") + item), nl=False)
        self._count += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            typer.echo("\n]" if self._count else "[]")


def say_rows(text: str) -> None:
    """Rows of a CSV file: byte for byte in a pipe, escaped on a terminal."""
    if sys.stdout.isatty():
        typer.echo(printable(text, lines=True), nl=False)
    else:
        typer.echo(text.encode(), nl=False)


def say_sections(sections: Iterable[tuple[str, Iterable[str]]]) -> None:
    """A report: headings in bold, an empty line between two sections."""
    parts = [
        "\n".join([typer.style(printable(heading), bold=True), *map(printable, lines)])
        for heading, lines in sections
    ]
    # At once: whoever reads only the beginning (| head) ends nothing.
    typer.echo("\n\n".join(parts))
