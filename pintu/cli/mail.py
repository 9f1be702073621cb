"""``pintu mail``: try the mail server, see what waits, send again, take links back."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID, uuid4

import typer

from config.broker_sentences import told
from config.language import gettext, worded
from config.mail_address import is_address
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL
from schemas.identifiers import normalise_tracking

if TYPE_CHECKING:  # imported where needed: other commands start without the stores
    from broker.ports import Mail
    from config.settings import Settings
    from config.smtp import SmtpAddress

app = typer.Typer(
    no_args_is_help=True,
    help="Mails to agencies and roles, as contacts.toml says.\n\n"
    "Example: pintu mail test lapor@dinas.go.id",
)
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
_COLUMNS: Final = (
    *("id", "state", "kind", "tracking", "role", "agency", "address", "tries", "error"),
    *("made_at", "due_at", "ended_at"),
)
_MOST: Final = 10_000


@app.command("test")
def test(address: Annotated[str, typer.Argument(help="Who gets the trial mail.")]) -> None:
    """Send a trial mail and say what the server answers; exit code 1 where it does not take it.

    Example: pintu mail test lapor@dinas.go.id
    """
    if not is_address(address):
        raise typer.BadParameter(gettext("one mail address"), param_hint="ADDRESS")
    asyncio.run(_test(address))


@app.command("list")
def list_mails(
    all_of_them: Annotated[
        bool, typer.Option("--all", help="Those that were sent too, of the last 90 days.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What waits to be sent, and what could not be: tab-separated, the oldest first.

    Example: pintu mail list --json
    """
    asyncio.run(_list(all_of_them, as_json))


@app.command("resend")
def resend(id: Annotated[str, typer.Argument(help="As `pintu mail list` shows it.")]) -> None:
    """Send a mail once more, to whoever has that role by now.

    Example: pintu mail resend 6f1d2c3e-8a4b-5c6d-9e7f-0a1b2c3d4e5f
    """
    asyncio.run(_resend(id))


@app.command("revoke")
def revoke(
    of: Annotated[
        str,
        typer.Argument(
            metavar="TRACKING|agency:CODE|ID", help="Links of a case, of an agency, of one mail."
        ),
    ],
) -> None:
    """Take back the links that were sent so far: they open nothing any more.

    Example: pintu mail revoke agency:dlh
    """
    asyncio.run(_revoke(of))


async def _test(address: str) -> None:
    from config.logging import configure_logging
    from config.settings import load_settings
    from consumers.mail.composing import Sender, trial
    from consumers.mail.sending import ServerAway, Smtp
    from pintu.app.configuration import rules_of, system_clock

    settings = load_settings()
    configure_logging(settings.log_format)
    smtp, sender = _configured(settings)
    rules = rules_of(settings.config_dir)
    whom = Sender(sender, settings.mail_bounces or sender, rules.name)
    server = Smtp(smtp)
    mail = trial(str(uuid4()), address, whom, "id", system_clock().now())
    try:
        verdict, code = await server.send(whom.bounces, address, mail)
    except ServerAway as why:
        say(f"{smtp.shown}: {told(why)}", err=True)
        raise typer.Exit(NOT_ALL) from None
    finally:
        await server.close()
    if verdict != "sent":
        say(
            worded(
                "{shown} does not take it for {address}: {code}",
                shown=smtp.shown,
                address=address,
                code=code,
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL)
    say(
        worded(
            "{shown} has taken it for {address}; see whether it arrives",
            shown=smtp.shown,
            address=address,
        ),
        err=True,
    )


async def _list(all_of_them: bool, as_json: bool) -> None:
    from broker.ports.mail import ENDED
    from pintu.app import open_mail

    states = ("waiting", *(one for one in ENDED if all_of_them or one != "sent"))
    async with open_mail() as (store, _):
        found = await store.listed(states, _MOST)
    rows = [_row(mail) for mail in found]
    if as_json:
        say_json(rows)
        return
    say("\t".join(_COLUMNS))
    for row in rows:
        say("\t".join(str(row[name]) if row[name] is not None else "-" for name in _COLUMNS))


async def _resend(id: str) -> None:
    from pintu.app import open_mail, system_clock

    async with open_mail() as (store, _):
        done = await store.again(id, system_clock().now())
    if not done:
        say(
            worded(
                "no mail {printable} that is done with; `pintu mail list --all`",
                printable=printable(id),
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL)
    say(worded("mail {id} waits to be sent", id=id), err=True)


async def _revoke(of: str) -> None:
    from pintu.app import directory_of, open_desk, open_gateway, system_clock

    who, colon, code = of.partition(":")
    async with open_gateway() as (store, settings):
        if colon and who == "agency":
            if code not in directory_of(settings.config_dir).agencies:
                raise typer.BadParameter(
                    gettext("no agency has this code"), param_hint="agency:CODE"
                )
            name = of
        elif (tracking := normalise_tracking(of)) is not None:
            async with open_desk() as desk:
                case = await desk.store.find_tracking(tracking)
            if case is None:
                say(
                    worded("no case {tracking}; `pintu case list` shows them", tracking=tracking),
                    err=True,
                )
                raise typer.Exit(NOT_ALL)
            name = f"case:{case.complaint_id}"
        else:
            name = f"mail:{_uuid(of)}"
        await store.end_links(name, system_clock().now())
    say(worded("links of {of} that were sent until now open nothing any more", of=of), err=True)


def _configured(settings: "Settings") -> "tuple[SmtpAddress, str]":
    """Raises typer.Exit with what is missing."""
    smtp, sender = settings.smtp, settings.mail_sender
    if smtp is None or sender is None:
        say(gettext("set PINTU_SMTP_URL and PINTU_MAIL_SENDER first"), err=True)
        raise typer.Exit(NOT_ALL)
    return smtp, sender


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise typer.BadParameter(
            gettext("a tracking code, agency:CODE, or the id of a mail"), param_hint="TRACKING"
        ) from None


def _row(mail: "Mail") -> dict[str, object]:
    row = {name: getattr(mail, name) for name in _COLUMNS}
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in row.items()
    }
