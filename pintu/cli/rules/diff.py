"""`pintu rules diff`: what would go elsewhere under other rules, before they are put in force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.language import gettext
from gateway.text.printable import say, say_json, say_sections
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.rules.history_file import fail, read, source

if TYPE_CHECKING:
    from pintu.rules.evaluating.diff import Changes

SHIPPED = "shipped"
"""The word for the shipped configuration; a folder of that name is `./shipped`."""


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A configuration folder, or the word shipped.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another one.")],
    on: Annotated[
        Path,
        typer.Option(
            "--on",
            metavar="HISTORY.csv",
            help="Complaints; column text is required; - is stdin.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Show the figures, without any text, on the gateway's page of the rules."
        ),
    ] = False,
) -> None:
    """What would go elsewhere under other rules, before they are put in force.

    By agency, from where to where, with examples; how much goes to the desk or comes from it; and
    where the history has the column agency, what gets better and what gets worse.

    Exit code 0, whether or not anything changes; 1 where there was no complaint to compare.

    Example: pintu rules diff my-regency/ my-regency-next/ --on history.csv

    Example: pintu rules diff my-regency/ my-regency-next/ --on history.csv --keep
    """
    from pintu.app import rules_of
    from pintu.cli.local_day import today
    from pintu.rules.evaluating.diff import Changes, changes_record
    from pintu.rules.evaluating.diff_report import changes_report

    there, then = _folder(old), _folder(new)
    changes = Changes(rules_of(there), rules_of(then), today(then))
    without_text = read(on, changes.take, (), gettext("comparing"))
    if as_json:
        record = changes_record(changes, without_text)
        say_json(record)
    else:
        say_sections(changes_report(changes, source(on), without_text))
    if not changes.rows:
        say(gettext("there is no complaint to compare"), err=True)
        raise typer.Exit(NOT_ALL)
    if keep:
        _keep(changes, source(on))


def _keep(changes: "Changes", history: str) -> None:
    """In the state folder of this environment, where a gateway of the same folder looks."""
    from config.settings import load_settings
    from gateway.desk import kept_diff as keeping
    from pintu.app.configuration import system_clock
    from pintu.rules.evaluating.keeping import kept_diff

    folder = load_settings().state_dir
    try:
        place = keeping.keep(kept_diff(changes, history, system_clock().now()), folder)
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}")
    say(gettext("kept in {place}").format(place=place), err=True)


def _folder(given: str) -> Path | None:
    return None if given == SHIPPED else Path(given)
