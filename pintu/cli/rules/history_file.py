"""Reading HISTORY.csv for a command: a progress bar, and errors with their row."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NoReturn

import typer

from config.files import open_rows, replaced
from config.foreign import told
from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE

if TYPE_CHECKING:  # imported where needed: other commands start without it
    from pintu.rules.evaluating.history import Example


History = Annotated[
    Path,
    typer.Argument(
        metavar="HISTORY.csv", help="Complaints, one a row; the first row has names. -: stdin."
    ),
]


def read(
    file: Path, take: Callable[["Example"], None], required: Sequence[str], what: str
) -> list[int]:
    """Hand over every row that has a text; gives the numbers of those that have none.

    ``file``: ``-`` is standard input; ``required``: columns besides text; ``what``: the word
    before the progress bar. A file that cannot be read ends the command with exit code 2.
    """
    from rich.progress import Progress

    from gateway.text.console import Console
    from gateway.text.csv_rows import BadRow
    from pintu.rules.evaluating.history import Examples

    console = Console(stderr=True)
    try:
        with (
            _opened(file) as incoming,
            Progress(console=console, disable=not console.is_terminal, transient=True) as progress,
        ):
            measured = str(file) != "-" and incoming.seekable()  # a pipe has no length
            bar = progress.add_task(what, total=file.stat().st_size if measured else None)
            examples = Examples(incoming, required)
            for example in examples:
                take(example)
                if measured:
                    progress.update(bar, completed=incoming.tell())
    except BadRow as error:
        fail(f"{file}: {error}")
    except OSError as error:
        fail(f"{error.filename or file}: {told(error.strerror)}")
    return examples.without_text


def source(file: Path) -> str:
    """What a report calls the history."""
    return gettext("standard input") if str(file) == "-" else file.name


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else open_rows(file)


def written(file: Path, text: str) -> None:
    """Write a file; where that is not possible, the command ends with exit code 2."""
    try:
        with replaced(file) as outgoing:
            outgoing.write(text)
    except OSError as error:
        fail(f"{error.filename or file}: {told(error.strerror)}")


def fail(message: str) -> NoReturn:
    say(worded("error: {message}", message=message), err=True)
    raise typer.Exit(BAD_USE)
