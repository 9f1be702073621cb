"""To go on or not, before something is done to many."""

import sys
from typing import Annotated, Final

import typer

from config.language import gettext, language
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE, NOT_ALL

Yes = Annotated[bool, typer.Option("--yes", help="Go on without asking.")]

_YES: Final = frozenset(("y", "yes", "ya"))
_NO: Final = frozenset(("n", "no", "t", "tidak", ""))
"""In both languages, whichever is in use; nothing typed is a no."""


def agree(question: str, yes: bool) -> None:
    """Ends the command unless somebody says yes, or has said so: exit code 1, or 2 where there is
    nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(gettext("nothing was sent: there is no terminal to ask; --yes goes on"), err=True)
        raise typer.Exit(BAD_USE)
    if not _agreed(question):
        say(gettext("nothing was sent"), err=True)
        raise typer.Exit(NOT_ALL)


def _agreed(question: str) -> bool:
    """Asks until it is said. Raises typer.Abort where the terminal goes away."""
    choice = "[y/T]" if language() == "id" else "[y/N]"
    while True:
        said = typer.prompt(f"{question} {choice}", default="", show_default=False, err=True)
        answer = said.strip().lower()
        if answer in _YES:
            return True
        if answer in _NO:
            return False
        say(gettext("answer y (yes) or n (no)"), err=True)
