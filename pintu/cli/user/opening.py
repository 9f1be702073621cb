"""What the commands of people share: the store, options, how a password is given."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from config.language import gettext
from gateway.text.printable import printable, say
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:
    from broker.ports import PeopleStore
    from config.settings import Settings

Name = Annotated[str, typer.Argument(help="What they sign in with: rina, budi-dlh.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
PasswordFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|-", help="Take the password from the file's first line, or standard input."
    ),
]
Lasting = Annotated[
    bool,
    typer.Option("--lasting", help="It need not be changed at the first sign-in; for automation."),
]
Roles = Annotated[
    list[str], typer.Option(help="desk, agency:CODE, lead, auditor or admin; repeatable.")
]
_MOST: Final = 4096
_STANDARD_INPUT: Final = ("-",)


@asynccontextmanager
async def people_store() -> "AsyncIterator[tuple[PeopleStore, Settings, datetime]]":
    """What these commands work with. A refusal becomes one of the command."""
    from gateway.access.people import BadPerson, NoSuchPerson
    from pintu.app import open_gateway
    from pintu.app.configuration import system_clock

    try:
        async with open_gateway() as (store, settings):
            yield store.people, settings, system_clock().now()
    except NoSuchPerson as why:
        say(printable(str(why)), err=True)
        raise typer.Exit(NOT_ALL) from None
    except BadPerson as why:
        hint = "NAME" if why.field == "name" else f"--{why.field.replace('_', '-')}"
        raise typer.BadParameter(printable(str(why)), param_hint=hint) from None


def given_password(password_file: str | None) -> str | None:
    """The first line of a file or of standard input; None where neither is asked for."""
    if password_file is None:
        return None
    try:
        if password_file in _STANDARD_INPUT:
            raw = sys.stdin.buffer.readline(_MOST)
        else:
            with Path(password_file).open("rb") as file:
                raw = file.readline(_MOST)
        text = raw.decode().rstrip("\r\n")
    except OSError as why:
        told = f"{printable(password_file)}: {why.strerror}"
        raise typer.BadParameter(told, param_hint="--password-file") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(gettext("is not UTF-8"), param_hint="--password-file") from None
    if not text:
        raise typer.BadParameter(gettext("its first line is empty"), param_hint="--password-file")
    return text


def cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(value)
    return str(value) if value not in (None, "") else "-"


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
