"""``pintu case merge`` and ``pintu case separate``: cases about one thing, answered once."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from pintu.cli.case.finding import Which, found
from pintu.cli.speaking import As, InternalNote, Note, Wait, desk_name, notes_of, speak
from schemas import verbs


def merge(
    which: Which,
    into: Annotated[
        str,
        typer.Option(metavar="ID|TRACKING", help="The case that leads: it is answered for both."),
    ],
    note: Note = None,
    internal_note: InternalNote = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Join a case with another about the same thing: it follows that one from now on.

    What the agency answers there reaches this reporter too, without the name of who reported the
    other. Its own deadlines stand still; the earlier ones stand for both. It goes where the other
    goes, and comes apart by itself where that one ends without an answer. Where --into names a case
    that follows another, that other is meant. An anonymous case is never joined with one that names
    its reporter. Exit code 1 where it was refused; it is said why.

    Example: pintu case merge 9KB0-BSXF-M8V4 --into 7TQ2-NNXS-0H1C
    """
    words = notes_of(note, internal_note)
    asyncio.run(_merge(which, into, words, desk_name(by), wait))


def separate(
    which: Which,
    note: Note = None,
    internal_note: InternalNote = None,
    by: As = None,
    wait: Wait = 5.0,
) -> None:
    """Part a case from the one that it was joined with: its own deadlines go on.

    Example: pintu case separate 9KB0-BSXF-M8V4 --internal-note "Lubang yang lain."
    """
    words = notes_of(note, internal_note)
    asyncio.run(_separate(which, words, desk_name(by), wait))


async def _merge(which: str, into: str, words: Mapping[str, object], by: str, wait: float) -> None:
    from pintu.app import open_desk

    async with open_desk() as here:
        case, lead = await found(which, here), await found(into, here)
        named = str(lead.complaint_id)
        if lead.open and lead.merged_into is not None:
            named = str(lead.merged_into.complaint_id)
        await speak(here, case, verbs.MERGED, {"into": named, **words}, by=by, wait=wait)


async def _separate(which: str, words: Mapping[str, object], by: str, wait: float) -> None:
    from pintu.app import open_desk

    async with open_desk() as here:
        case = await found(which, here)
        await speak(here, case, verbs.SEPARATED, words, by=by, wait=wait)
