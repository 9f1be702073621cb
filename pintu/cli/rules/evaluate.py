"""`pintu rules evaluate`: how good the rules are, on complaints whose agency is known."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import gettext
from gateway.text.printable import say, say_json, say_sections
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.options import Config
from pintu.cli.rules.history_file import History, read, source, written


def evaluate(
    history: History,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A page to look at and to pass on, as well."),
    ] = None,
) -> None:
    """How good the rules are, on complaints whose agency is known.

    HISTORY.csv has the columns text and agency, and if there are any address, district, village,
    topic, reported_at and confidential. An agency is a code, a name or an alias of the rules.
    Complaints are decided from text and place alone; who dealt with them is only compared.

    Exit code 1 where no row could be scored.

    Example: pintu rules evaluate history.csv --html report.html
    """
    from pintu.app import rules_of
    from pintu.cli.local_day import today
    from pintu.rules.evaluating.json_report import record
    from pintu.rules.evaluating.scoring import Tally

    tally = Tally(rules_of(config), today(config))
    without_text = read(history, tally.take, ("agency",), gettext("deciding"))
    if html is not None:
        from pintu.rules.evaluating.html_report import page

        written(html, page(tally, source(history), without_text))
    if as_json:
        say_json(record(tally, without_text))
    else:
        from pintu.rules.evaluating.text_report import report

        say_sections(report(tally, source(history), without_text))
    if not tally.rows:
        say(gettext("no row could be scored: none names an agency of these rules"), err=True)
        raise typer.Exit(NOT_ALL)
