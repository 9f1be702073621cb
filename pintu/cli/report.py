"""``pintu report``: the evaluation for leaders."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.files import replaced
from config.language import gettext, worded
from gateway.text.printable import say, say_rows
from pintu.cli.exit_codes import BAD_USE

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from gateway.report.periods import Period

_DAY = "2026-10-31"


def report(
    first: Annotated[
        str | None, typer.Option("--from", metavar=_DAY, help="The first day, with --to.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar=_DAY, help="The last day.")] = None,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="2026-10|2026-Q3|2026-H1|2026",
            help="A month, quarter, half-year or year. Without any: the last month.",
        ),
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="One HTML page, with nothing around it.")] = (
        False
    ),
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook, a sheet for each section.")] = (
        False
    ),
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it into a file, for its owner alone."),
    ] = None,
) -> None:
    """The evaluation of a period in thirteen sections: cases by the day they were received.

    On a terminal a summary to read; into a pipe the recap of its annex, tab-separated. Figures are
    defined in docs/reference/report.md. Small counts by which a person could be recognised are
    hidden in every form.

    Example: pintu report

    Example: pintu report --period 2026-Q3 --xlsx --out laporan-triwulan-3.xlsx
    """
    if html + xlsx + as_json > 1:
        raise typer.BadParameter(gettext("one of --html, --xlsx and --json"))
    if xlsx and out is None and sys.stdout.isatty():
        raise typer.BadParameter(
            gettext("a workbook goes into a file: add --out FILE"), param_hint="--xlsx"
        )
    form = "html" if html else "xlsx" if xlsx else "json" if as_json else None
    asyncio.run(_report(_period(first, last, period), form, out))


def _period(first: str | None, last: str | None, name: str | None) -> "Period | None":
    from gateway.report.periods import BadPeriod, between, period_of

    try:
        if name is not None:
            if first or last:
                raise typer.BadParameter(gettext("not with --from and --to"), param_hint="--period")
            return period_of(name)
        if first is None and last is None:
            return None
        if first is None or last is None:
            raise typer.BadParameter(gettext("both days are needed"), param_hint="--from, --to")
        return between(first, last)
    except BadPeriod as why:
        raise typer.BadParameter(str(why)) from None


async def _report(period: "Period | None", form: str | None, out: Path | None) -> None:
    from gateway.report.making import make_report
    from gateway.report.periods import last_month
    from gateway.report.texts import texts_of
    from gateway.report.written import Whole, annex_rows, tab_separated, written
    from pintu.app import open_desk, open_gateway

    async with open_desk() as here:
        about = period or last_month(here.today())
        if form is None and out is None and not sys.stdout.isatty():
            say_rows(tab_separated(await annex_rows(here, about)))
            return
        async with open_gateway() as (store, _):
            texts = await texts_of(store.report_texts, about)
        made = await make_report(here.store, about, here.rules, here.clocks, here.now())
        rows = await annex_rows(here, about) if form == "xlsx" else []
        whole = Whole(made, texts, here.clocks.calendar.zone, rows)
        if form is None and out is None:
            for line in written(whole, "text").decode().splitlines():
                say(line)
            return
        data = written(whole, form or "text")
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        with replaced(out) as outgoing:
            outgoing.buffer.write(data)
    except OSError as error:
        say(
            worded("error: {file}: {why}", file=error.filename or out, why=error.strerror), err=True
        )
        raise typer.Exit(BAD_USE) from None
    say(worded("{period} written to {file}", period=about.key, file=str(out)), err=True)
