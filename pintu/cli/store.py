"""``pintu store``: copies of the SQLite store, put back, and whether its files are whole."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broker.errors import BadConfiguration
from config.exact_moments import exact
from config.language import gettext, marked, worded, worded_many
from gateway.text.printable import say
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.store.backup import Backup

_ROWS = {"journal": marked("complaints"), "cases": marked("cases"), "gateway": marked("keys")}

app = typer.Typer(
    no_args_is_help=True,
    help="The journal, the cases and the gateway's keys in SQLite: back up while the program runs,"
    " restore, check."
    "\n\nExample: pintu store backup /backup/pintu-2026-02-02",
)

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the backup.")]


@app.command()
def backup(folder: Folder) -> None:
    """Copy journal, cases and the gateway's keys into a new folder, while the program runs. Each
    copy is examined.

    What was deleted is not in it, nor are files that came with complaints: it says where these
    lie. For PostgreSQL use pg_dump.

    Example: pintu store backup /backup/pintu-2026-02-02
    """
    from broker.store.backup import back_up
    from pintu.app import program_version, system_clock

    made = back_up(_state(), folder, system_clock().now(), program_version())
    for line in _told(made):
        say(line)
    say(worded("backed up to {folder}", folder=folder))
    if (place := _attachments()) is not None:
        say(
            worded(
                "files that came with complaints are not in it: copy {place} too, after this",
                place=place,
            )
        )


@app.command()
def restore(
    folder: Folder,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also where there is a store; its files are kept aside."),
    ] = False,
) -> None:
    """Put a backup in the place of the store of PINTU_STATE_DIR. Stop the program before.

    Example: pintu store restore /backup/pintu-2026-02-02
    """
    from broker.store.backup import restore as put_back
    from pintu.app import system_clock

    now = system_clock().now()
    done = put_back(folder, _state(), now, force=force)
    for line in _told(done.backup):
        say(line)
    if done.aside is not None:
        say(
            worded(
                "what was there before lies in {aside}; it holds personal data: delete it in time",
                aside=done.aside,
            )
        )
    old = _age(now, done.backup.watermark or done.backup.made_at)
    say(
        worded(
            "restored to {state}; what was read in the {old} since then is not in it",
            state=_state(),
            old=old,
        )
    )


@app.command()
def check() -> None:
    """Examine the files of the store whole, which takes a while. Exit code 1 if one is damaged.

    Example: pintu store check
    """
    from broker.store.backup import damage, examine

    damaged = False
    paths = [path for name in ("journal", "cases", "gateway") if (path := _file(name)).exists()]
    if not paths:
        say(worded("{state} holds no store", state=_state()), err=True)
    for path in paths:
        wrong = examine(path)
        damaged = damaged or wrong is not None
        say(
            worded("{path}: whole", path=path) if wrong is None else damage(path, wrong),
            err=wrong is not None,
        )
    if damaged or not paths:
        raise typer.Exit(NOT_ALL)


def _state() -> Path:
    """The state folder. Raises BadConfiguration where the store is on a server."""
    from config.settings import load_settings

    settings = load_settings()
    if settings.database_url is not None:
        raise BadConfiguration(
            gettext(
                "the store is the database of PINTU_DATABASE_URL: use pg_dump and pg_restore"
                " (docs/how-to/back-up.md)"
            )
        )
    return settings.state_dir


def _attachments() -> str | None:
    """Where they lie, as it may be shown; None where there are none."""
    from config.settings import attachments_place, load_settings

    settings = load_settings()
    place = attachments_place(settings)
    if settings.attachments is not None and "://" in place:
        return gettext("what PINTU_ATTACHMENTS names")
    return place if Path(place).is_dir() else None


def _file(name: str) -> Path:
    return _state() / f"{name}.sqlite3"


def _told(backup: "Backup") -> list[str]:
    lines = [
        worded(
            "made {shown} by version {version}",
            shown=_shown(backup.made_at),
            version=backup.version,
        )
    ]
    if backup.watermark is not None:
        lines.append(
            worded("cases: everything was read up to {shown}", shown=_shown(backup.watermark))
        )
    for file in backup.files:
        what = gettext(_ROWS[file.store])
        tables = file.migration or gettext("no tables yet")
        lines.append(
            worded(
                "{name}: {rows:,} {what}, {size:,} bytes, {tables}, whole",
                name=file.name,
                rows=file.rows,
                what=what,
                size=file.size,
                tables=tables,
            )
        )
    return lines


def _shown(moment: datetime) -> str:
    return exact(moment)


def _age(now: datetime, then: datetime) -> str:
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 120:
        return worded_many("{n} minute", "{n} minutes", minutes)
    if minutes < 72 * 60:
        return worded_many("{n} hour", "{n} hours", minutes // 60)
    return worded_many("{n} day", "{n} days", minutes // 1440)
