"""``pintu case forget``: remove a person from what is held."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from config.broker_sentences import told
from config.language import worded
from gateway.text.printable import say, say_json
from pintu.cli.case.finding import AsJson, Which, found
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.speaking import As, desk_name, words_of

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from datetime import datetime

    from broker.domain.case import Case
    from gateway.desk.erasing import Erased
    from gateway.desk.session import DeskSession


def forget(
    which: Which,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Why, without a name: it stays in the history of the case."
        ),
    ] = None,
    close: Annotated[
        bool,
        typer.Option("--close", help="Close an open case first; its reporter is told."),
    ] = False,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Remove a person from a closed case: text, title, reporter, conversation, files, what people
    noted in the history, the id at its channel, and what is deferred for it. Codes and moments
    stay, for the statistics, and a line says who did it and why.

    An open case is refused, since an agency works on it; --close ends it first. Then the store is
    written anew, for which the program waits a moment. Where copies remain is listed, and until
    when. Exit code 1 where that could not be found out, or the store not be written anew.

    Example: pintu case forget 9KB0-BSXF-M8V4 --reason "permintaan pelapor, surat 12/2026"
    """
    asyncio.run(_forget(which, words_of(reason, "--reason"), close, desk_name(by), as_json))


async def _forget(which: str, reason: str | None, close: bool, by: str, as_json: bool) -> None:
    from gateway.desk.erasing import erase
    from pintu.app import open_desk

    async with open_desk() as here:
        case = await found(which, here)
        if case.open and close:
            case = await _closed(here, case, by)
        done = None if case.open else await erase(here, case, by, reason)
        if done is None:
            say(
                worded(
                    "{tracking} is open: an agency works on it. Let its channel withdraw it, "
                    "or close it first with --close; nothing was removed",
                    tracking=case.tracking,
                ),
                err=True,
            )
            raise typer.Exit(NOT_ALL)
        sent, why = await _from_webhooks(case)
        files, kept = await _without_files(case, here.now())
        unread = _without_row(case)
        _tell(case, done, files, as_json)
        if sent and not as_json:
            say(
                worded(
                    "  webhooks: of {sent} events what waits goes without the person, the "
                    "rest is gone",
                    sent=sent,
                )
            )
        if why is not None:
            say(
                worded(
                    "what was sent by webhook could not be written anew ({why}): do it again",
                    why=told(why),
                ),
                err=True,
            )
    if unread is not None:
        say(
            worded(
                "its row in the history could not be removed ({why}): do it by hand", why=unread
            ),
            err=True,
        )
    if kept is not None:
        say(
            worded(
                "the files that came with it could not be removed ({kept}): do it again; "
                "the gateway does it too, within a day",
                kept=kept,
            ),
            err=True,
        )
    if any(left is not None for left in (done.vacuum, done.asked, kept, why, unread)):
        raise typer.Exit(NOT_ALL)


async def _from_webhooks(case: "Case") -> tuple[int, str | None]:
    """How many of its events were there for endpoints, and why their file could not be written
    anew."""
    from config.settings import load_settings
    from consumers.webhooks.forgetting import without_person
    from pintu.app import open_webhooks

    settings = load_settings()
    if settings.database_url is None and not (settings.state_dir / "gateway.sqlite3").exists():
        return 0, None
    async with open_webhooks() as (store, _, _):
        many = await store.forget_case(str(case.complaint_id), without_person)
        return many, await store.vacuum() if many else None


async def _closed(here: "DeskSession", case: "Case", by: str) -> "Case":
    from gateway.desk.commands import say as publish
    from gateway.desk.erasing import CLOSING
    from schemas import verbs

    data = {"reason": CLOSING, "code": "other"}
    await publish(here, case, verbs.DISMISSED, data, by=by, within=5.0)
    return await here.store.find(case.complaint_id) or case


async def _without_files(case: "Case", now: "datetime") -> tuple[int, str | None]:
    """How many files were removed, and why they could not be."""
    from broker.errors import BadConfiguration, FilesUnavailable, StoreUnavailable
    from pintu.app import forget_attachments

    try:
        return await forget_attachments(case.complaint_id, now), None
    except (BadConfiguration, FilesUnavailable, StoreUnavailable) as why:
        return 0, told(why)


def _without_row(case: "Case") -> str | None:
    """Why the history of the settings still has it, if it does."""
    from config.settings import load_settings
    from gateway.text.csv_rows import BadRow
    from pintu.rules.evaluating.collecting import forget_row
    from pintu.rules.evaluating.labels import row_id

    file = load_settings().learn_history
    if file is None or not file.exists():
        return None
    try:
        forget_row(file, row_id(case))
    except (BadRow, OSError) as why:
        return f"{file}: {why}"
    return None


def _tell(case: "Case", done: "Erased", files: int, as_json: bool) -> None:
    if as_json:
        copies = [
            {"where": one.where, "messages": one.messages, "until": one.until}
            for one in done.copies
        ]
        say_json({"forgotten": case.tracking, "attachments": files, "copies": copies})
    else:
        if files:
            say(
                worded(
                    "{tracking}: {files} files that came with it were removed",
                    tracking=case.tracking,
                    files=files,
                )
            )
        say(
            worded(
                "{tracking}: the person was removed from the store. Copies may remain in:",
                tracking=case.tracking,
            )
        )
        for one in done.copies:
            many = (
                ""
                if one.messages is None
                else worded(" ({messages:,} unread, of all cases)", messages=one.messages)
            )
            say(
                worded(
                    "  {where}{many}, until: {until}", where=one.where, many=many, until=one.until
                )
            )
    if done.vacuum is not None:
        say(
            worded(
                "the files could not be written anew ({vacuum}): do it again; until then "
                "freed pages or the log of the database may hold what was removed",
                vacuum=done.vacuum,
            ),
            err=True,
        )
    if done.asked is not None:
        say(
            worded(
                "RabbitMQ could not be asked what lies in its queues, nor told that the "
                "person is forgotten ({asked}): do it again, or after a restore",
                asked=done.asked,
            ),
            err=True,
        )
