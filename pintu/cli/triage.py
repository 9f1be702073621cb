"""``pintu triage``: the desk, where a person decides."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from broker.domain.case import State
from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli.case.finding import AsJson, Which, agency_meant, found
from pintu.cli.case.printing import print_cases
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.speaking import As, InternalNote, Note, Wait, desk_name, notes_of, speak, words_of
from schemas import verbs

app = typer.Typer(
    no_args_is_help=True,
    help="The desk: complaints for which nobody could be named with enough confidence.\n\n"
    "Example: pintu triage list",
)


class Classification(StrEnum):
    """What a complaint is (PermenPANRB 62/2018): its deadline depends on it."""

    COMPLAINT = "complaint"
    ASPIRATION = "aspiration"
    INFORMATION_REQUEST = "information_request"


class Why(StrEnum):
    """Codes of a dismissal."""

    NOT_OURS = "not-ours"
    INCOMPLETE = "incomplete"
    DUPLICATE = "duplicate"
    NOT_A_COMPLAINT = "not-a-complaint"
    IN_COURT = "in-court"
    ABUSE = "abuse"
    OTHER = "other"


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="Print so many, the oldest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Who waits for the desk, and until when; candidates, and what the reporter said last.

    One or two lines each on a terminal, shortened to its width (COLUMNS); where the desk has asked
    the reporter, it says asked. Tab-separated in a pipe: tracking, since when, until when, how that
    stands, channel, candidates, why none was sure, id. The text is on a terminal, in `pintu case
    show` and in --json.

    Example: pintu triage list | cut -f1
    """
    asyncio.run(_list(limit, as_json))


@app.command()
def assign(
    which: Which,
    agency: Annotated[
        str, typer.Argument(metavar="AGENCY", help="Its code, name or alias, such as dpupr.")
    ],
    oversight: Annotated[
        bool | None,
        typer.Option(
            "--oversight/--no-oversight",
            help="Whether it alleges abuse of authority; it has a longer deadline then.",
        ),
    ] = None,
    classification: Annotated[
        Classification | None, typer.Option(help="What it is; its deadlines follow.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(metavar="CODE", help="What it is about: a topic's code.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A title, for publication.")
    ] = None,
    note: Note = None,
    internal_note: InternalNote = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Send a complaint to an agency: out of triage, or from one agency to another.

    Exit code 1 where it was refused; it is said why.

    Example: pintu triage assign 9KB0-BSXF-M8V4 dpupr --note "Jalan kabupaten."

    Example: pintu triage assign 9KB0-BSXF-M8V4 "dinas perhubungan" --classification aspiration
    """
    data: dict[str, object] = {
        "agency": agency,
        "oversight": oversight,
        "classification": classification.value if classification else None,
        "category": words_of(category, "--category"),
        "title": words_of(title, "--title"),
        "note": words_of(note, "--note"),
        "internal_note": words_of(internal_note, "--internal-note"),
    }
    asyncio.run(_say(which, verbs.ASSIGNED, data, by, wait))


@app.command()
def ask(
    which: Which,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="What is missing; the reporter gets it.")
    ],
    internal_note: InternalNote = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Ask the reporter of a complaint in triage what is missing: it is held until he answers.

    Meanwhile the deadline of the desk stands still. His answer ends that by itself, and the
    complaint is decided anew with it; so does the end of the time that he has (clock waiting).

    Example: pintu triage ask 9KB0-BSXF-M8V4 "Di jalan apa, dan dekat mana?"
    """
    data = notes_of(question, internal_note, "QUESTION")
    asyncio.run(_say(which, verbs.HELD, data, by, wait, in_triage=True))


@app.command()
def resume(
    which: Which,
    note: Note = None,
    internal_note: InternalNote = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Wait no longer for the reporter's answer: the deadline of the desk goes on.

    Example: pintu triage resume 9KB0-BSXF-M8V4 --internal-note "Pelapor menelepon."
    """
    data = notes_of(note, internal_note)
    asyncio.run(_say(which, verbs.RESUMED, data, by, wait, in_triage=True))


@app.command()
def dismiss(
    which: Which,
    reason: Annotated[
        str | None, typer.Argument(metavar="REASON", help="Why; the reporter hears it.")
    ] = None,
    reason_option: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="The same, as an option.")
    ] = None,
    code: Annotated[Why, typer.Option(help="Of what kind the reason is.")] = Why.OTHER,
    duplicate_of: Annotated[
        str | None,
        typer.Option(metavar="TRACKING", help="The complaint that says the same; for duplicate."),
    ] = None,
    note: Note = None,
    internal_note: InternalNote = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Close a case for good, with a reason.

    Example: pintu triage dismiss 9KB0-BSXF-M8V4 "Bukan wewenang kabupaten." --code not-ours

    Example: pintu triage dismiss 9KB0-BSXF-M8V4 "Sama." --code duplicate --duplicate-of
    7TQ2-NNXS-0H1C
    """
    if (reason is None) == (reason_option is None):
        raise typer.BadParameter(gettext("is needed, once"), param_hint="REASON")
    if (code is Why.DUPLICATE) != (duplicate_of is not None):
        raise typer.BadParameter(
            gettext("belong together: which complaint says the same?"),
            param_hint=gettext("--code duplicate, --duplicate-of TRACKING"),
        )
    data: dict[str, object] = {
        "reason": words_of(reason, "REASON") or words_of(reason_option, "--reason"),
        "code": code.value,
        "duplicate_of": _tracking(duplicate_of),
        "note": words_of(note, "--note"),
        "internal_note": words_of(internal_note, "--internal-note"),
    }
    asyncio.run(_say(which, verbs.DISMISSED, data, by, wait))


def _tracking(text: str | None) -> str | None:
    """The canonical form of a tracking code. Raises typer.BadParameter."""
    from schemas.identifiers import normalise_tracking

    code = None if text is None else normalise_tracking(text)
    if text is not None and code is None:
        raise typer.BadParameter(
            gettext("is no tracking code: its check character does not fit"),
            param_hint="--duplicate-of",
        )
    return code


async def _list(limit: int, as_json: bool) -> None:
    from broker.domain.case import CaseFilter
    from gateway.desk.brief_lines import triage_lines
    from gateway.desk.rows import listed, triage_row
    from pintu.app import open_desk

    async with open_desk() as here:
        await print_cases(
            CaseFilter(at_desk=True),
            here,
            limit,
            lines=triage_lines,
            row=triage_row,
            record=listed if as_json else None,
        )


async def _say(
    which: str,
    verb: str,
    data: Mapping[str, object],
    by: str | None,
    wait: float,
    *,
    in_triage: bool = False,
) -> None:
    from pintu.app import open_desk

    name = desk_name(by)
    async with open_desk() as here:
        agency = data.get("agency")
        if isinstance(agency, str):
            data = {**data, "agency": agency_meant(agency, here, "AGENCY")}
        case = await found(which, here)
        if in_triage and case.open and case.agency is not None:
            say(
                worded(
                    "{tracking}: {agency} has it, and asks for itself; the desk asks only in "
                    "triage. Nothing was sent.",
                    tracking=case.tracking,
                    agency=case.agency,
                ),
                err=True,
            )
            raise typer.Exit(NOT_ALL)
        if verb == verbs.RESUMED and case.state is State.TRIAGE:
            say(
                worded(
                    "{tracking} does not wait for an answer; nothing was sent",
                    tracking=case.tracking,
                ),
                err=True,
            )
            raise typer.Exit(NOT_ALL)
        await speak(here, case, verb, data, by=name, wait=wait)
