"""To go on or not, before something is done to many."""

import sys
from typing import Annotated

import typer

from config.language import gettext
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE, NOT_ALL

Yes = Annotated[bool, typer.Option("--yes", help="Go on without asking.")]


def agree(question: str, yes: bool) -> None:
    """Ends the command unless somebody says yes, or has said so: exit code 1, or 2 where there is
    nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(gettext("nothing was sent: there is no terminal to ask; --yes goes on"), err=True)
        raise typer.Exit(BAD_USE)
    if not typer.confirm(question, err=True):
        say(gettext("nothing was sent"), err=True)
        raise typer.Exit(NOT_ALL)
