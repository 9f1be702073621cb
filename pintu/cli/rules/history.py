"""`pintu rules history`: what agencies and the desk decided, as labelled history to learn from."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.foreign import told
from config.language import gettext, worded, worded_many
from gateway.text.formulas import Guard
from gateway.text.printable import say, say_rows
from pintu.cli.rules.history_file import fail

if TYPE_CHECKING:  # imported where needed: other commands start without the store
    from pintu.rules.evaluating.collecting import Collected

Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The local day of receipt, included."),
]


def history(
    since: Day = None,
    until: Day = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add to FILE; a complaint that is in it is brought up to date. Else: stdout.",
        ),
    ] = None,
    acknowledged: Annotated[
        bool,
        typer.Option(
            "--acknowledged",
            help="Also what an agency has only acknowledged, where people say that and no program.",
        ),
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Cells as they are, formulas of spreadsheets as well.")
    ] = False,
) -> None:
    """Complaints with the agency that answered, or that the desk named, for learning.

    A complaint's text is kept while its case is open, and ten working days after the final answer
    at the least: run this every night with --out, and the file grows to a history. Confidential
    complaints are left out; there is no reporter in it, and numbers and e-mail addresses are
    masked. Standard output has the rows; what was counted goes to standard error.

    Example: pintu rules history --out history.csv
    """
    guard = Guard(raw)
    where, counted = asyncio.run(_collect(since, until, out, acknowledged, guard))
    sources = ", ".join(
        worded("{n:,} {source}", n=n, source=gettext(source))
        for source, n in counted.sources.most_common()
    )
    total = counted.sources.total()
    added = worded_many("{n:,} complaint", "{n:,} complaints", total)
    added += f" ({sources})" if sources else ""
    kept = worded("; {kept:,} from before", kept=counted.kept) if out else ""
    left = counted.left_out
    say(
        worded(
            "{where}: {added}{kept}; left out: {left:,} without an answer yet, "
            "{left2:,} confidential",
            where=where,
            added=added,
            kept=kept,
            left=left["no-label"],
            left2=left["confidential"],
        ),
        err=True,
    )
    if words := guard.told():
        say(words, err=True)


async def _collect(
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
    acknowledged: bool,
    guard: Guard,
) -> "tuple[str, Collected]":
    from gateway.text.csv_rows import BadRow
    from pintu.app import open_desk
    from pintu.rules.evaluating.collecting import Collector

    async with open_desk() as here:
        collector = Collector(
            here.store,
            here.rules,
            here.clocks.calendar,
            since.date() if since else None,
            until.date() if until else None,
            acknowledged,
            guard,
        )
        if out is None:
            return here.where, await collector.write(say_rows)
        try:
            return here.where, await collector.add_to(out)
        except BadRow as error:
            fail(f"{out}: {error}")
        except OSError as error:
            fail(f"{error.filename or out}: {told(error.strerror)}")
