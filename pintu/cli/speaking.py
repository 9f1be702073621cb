"""What every command that speaks for the desk has in common: the name, and what is told of it."""

import getpass
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from broker.messaging import names
from config.broker_sentences import told as in_own_words
from config.language import gettext, worded
from gateway.text.printable import printable, say
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.domain.case import Case
    from gateway.desk.commands import Answer
    from gateway.desk.session import DeskSession

As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who decides; the user of this machine if left out."),
]
Note = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="For everybody in the case, the reporter too."),
]
InternalNote = Annotated[
    str | None, typer.Option(metavar="TEXT", help="For agencies and the desk only.")
]

Wait = Annotated[
    float, typer.Option(metavar="SECONDS", min=0, help="Wait so long to hear what became of it.")
]


def desk_name(given: str | None) -> str:
    """The name of the routing key: a code. Raises typer.BadParameter."""
    if given is not None:
        if not names.is_code(given):
            raise typer.BadParameter(
                gettext("lower-case letters, digits and hyphens, a letter first"), param_hint="--as"
            )
        return given
    made = re.sub("[^a-z0-9]+", "-", getpass.getuser().lower()).strip("-")[:40]
    return made if names.is_code(made) else "desk"


def words_of(text: str | None, hint: str) -> str | None:
    """Trimmed words of an option. Raises typer.BadParameter for one that is given and empty."""
    if text is None:
        return None
    if not text.strip():
        raise typer.BadParameter(gettext("needs words"), param_hint=hint)
    return text.strip()


def notes_of(
    note: str | None, internal_note: str | None, hint: str = "--note"
) -> dict[str, object]:
    """Both notes as data of an update. `hint`: what the note is given as. Raises
    typer.BadParameter for one that is given and empty."""
    return {
        "note": words_of(note, hint),
        "internal_note": words_of(internal_note, "--internal-note"),
    }


async def speak(
    here: "DeskSession",
    case: "Case",
    verb: str,
    data: Mapping[str, object],
    *,
    by: str,
    wait: float,
) -> None:
    """Say it and tell what became of it; where it was refused, with exit code 1."""
    from gateway.desk.commands import say as publish

    if not case.open:
        say(worded("{tracking} is closed; nothing was sent", tracking=case.tracking), err=True)
        raise typer.Exit(NOT_ALL)
    said = {field: value for field, value in data.items() if value is not None}
    _tell(case.tracking, verb, await publish(here, case, verb, said, by=by, within=wait), here)


def _tell(tracking: str, verb: str, answer: "Answer", here: "DeskSession") -> None:
    from gateway.desk.code_words import word
    from gateway.desk.commands import Rejected, Unchanged, Unheard
    from gateway.desk.deadlines import standing
    from gateway.desk.wording import called, moment

    match answer:
        case Rejected(reason, detail):
            say(
                worded(
                    "{tracking}: refused ({reason}): {printable}",
                    tracking=tracking,
                    reason=reason,
                    printable=printable(in_own_words(detail)),
                ),
                err=True,
            )
            raise typer.Exit(NOT_ALL)
        case Unheard():
            say(
                worded(
                    "{tracking}: {verb} is sent and confirmed, but not handled yet; does "
                    "`pintu run cases` run? See `pintu case show` later.",
                    tracking=tracking,
                    verb=word(verb),
                ),
                err=True,
            )
            return
    case = answer.case
    already = gettext(" (it was so already)") if isinstance(answer, Unchanged) else ""
    told = f"{tracking}: {word(verb)}{already}; {called(case.agency, here.agencies)}"
    say(f"{told}, {word(case.state)}")
    calendar = here.clocks.calendar
    for clock in case.clocks:
        if clock.open:
            words = f"{moment(clock.due_at, calendar)} ({standing(clock, here.now(), calendar)})"
            say(worded("  {clock} by {words}", clock=word(clock.name), words=words))
