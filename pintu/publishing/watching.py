"""How it goes, on standard error: a progress bar on a terminal, lines of text elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from config.broker_sentences import told
from config.language import gettext, worded
from gateway.text.console import Console
from pintu.publishing.records import Skipped
from pintu.publishing.tally import Tally


class Watching:
    """See pintu.publishing.sending.Told."""

    def __init__(self, progress: Progress, size: int | None, unit: str) -> None:
        self._unit = unit
        self._progress = progress
        self._console = progress.console
        self._bar = progress.add_task("publishing", total=size, published="0")

    def confirmed(self, tally: Tally) -> None:
        self._progress.update(
            self._bar, completed=tally.read, published=worded("{n:,}", n=tally.published)
        )

    def skipped(self, item: Skipped) -> None:
        self._say(f"{self._unit} {item.place.line}: {item.reason}: {told(item.detail)}")

    def noted(self, sentence: str) -> None:
        self._say(sentence)

    def waiting(self, why: Exception, seconds: float) -> None:
        self._progress.update(self._bar, description=gettext("waiting for RabbitMQ"))
        self._say(worded("{why}; trying again in {seconds:.1f} s", why=told(why), seconds=seconds))

    def going_on(self) -> None:
        self._progress.update(self._bar, description="publishing")
        self._say(gettext("RabbitMQ is back, going on"))

    def _say(self, sentence: str) -> None:
        self._console.print(escape(sentence), highlight=False, soft_wrap=True)


@contextmanager
def watching(size: int | None, unit: str = "line") -> Iterator[Watching]:
    """Shown while the block runs; ``size`` of the file in bytes (of a workbook: rows), None where
    it is not known; ``unit`` is what the numbers of lines count."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn(gettext("{task.fields[published]} published")),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield Watching(progress, size, unit)
