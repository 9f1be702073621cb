"""``pintu access``: who may do what on RabbitMQ."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.foreign import told
from config.language import gettext, worded, worded_many
from gateway.text.printable import say, say_json
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from broker.domain.routing.rules import Rules
    from broker.messaging.permissions import Access
    from config.settings import Settings
    from pintu.access.folder import AccessFolder
    from pintu.access.plan import Plan, Wishes

app = typer.Typer(
    no_args_is_help=True,
    help="Users of RabbitMQ, each of which may do what it needs and nothing else.\n\n"
    "Example: pintu access show",
)


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Print who may do what by the configuration: a table, or tab-separated in a pipe.

    The columns are user, who it is, and what it may configure, write and read, with the routing
    keys.

    Example: pintu access show | grep agency.dlh
    """
    from broker.messaging.access import accesses
    from broker.messaging.topology import mail_queues

    _, rules = _configuration()
    everybody = accesses(rules.agencies, rules.channels, mailed=mail_queues(rules.contacts))
    if as_json:
        say_json([_as_json(each) for each in everybody], ascii=True)
    else:
        _print(everybody)


@app.command()
def export(
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            metavar="DIR",
            help="For the files; access/ in the state folder by default.",
        ),
    ] = None,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Put it on RabbitMQ, one by one, by its management API."),
    ] = False,
    rotate: Annotated[
        list[str] | None, typer.Option(metavar="USER", help="Make a new password for this user.")
    ] = None,
    revoke: Annotated[
        list[str] | None,
        typer.Option(metavar="USER", help="Remove this user; its connections are ended."),
    ] = None,
    certificate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="USER",
            help="This user has no password: its certificate bears its name (EXTERNAL).",
        ),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A user `desk.NAME` for this person of the desk."),
    ] = None,
    all_in_one: Annotated[
        bool,
        typer.Option("--all-in-one", help="For `pintu run all`: one user `all` for all parts."),
    ] = False,
) -> None:
    """RabbitMQ definitions of a user for each adapter, agency and part of this system, for 3.10
    and 4.x: on standard output in a pipe, and in files, for their owner alone.

    A user that is known keeps its password. Of a new one the AMQP URL with the password is written
    once, into secrets/USER of the folder: hand it over and delete it. RabbitMQ gets a hash. Options
    that name a user may be repeated.

    With --apply users that are there keep the passwords that they have there, and what was changed
    by hand is put right. It takes an administrator (PINTU_AMQP_URL or PINTU_MANAGEMENT_URL).

    Example: pintu access export --apply --rotate agency.dlh
    """
    from broker.messaging.topology import mail_queues
    from pintu.access.folder import AccessFolder
    from pintu.access.plan import Wishes

    settings, rules = _configuration()
    folder = AccessFolder(directory or settings.state_dir / "access")
    wishes = Wishes(
        rotate=rotate or (),
        revoke=revoke or (),
        certificates=certificate or (),
        persons=person or (),
        mailed=mail_queues(rules.contacts),
        in_one_process=all_in_one,
    )
    try:
        if apply:
            asyncio.run(_apply(settings, rules, folder, wishes))
        else:
            _export(settings, rules, folder, wishes)
    except OSError as error:
        say(
            worded(
                "error: {value}: {strerror}",
                value=error.filename or folder.path,
                strerror=told(error.strerror),
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL) from None


def _export(settings: "Settings", rules: "Rules", folder: "AccessFolder", wishes: "Wishes") -> None:
    from broker.amqp.address import parse_address
    from pintu.access.documents import STEPS
    from pintu.access.exporting import export as write

    given = settings.amqp_url
    address = parse_address(given.get_secret_value() if given else "amqp://localhost/")
    done = write(rules.agencies, rules.channels, folder, address, wishes)
    if sys.stdout.isatty():
        _print(done.plan.accesses)
    else:
        say_json(done.definitions, ascii=True)
    _tell(folder, done.plan)
    say(gettext("To import it: pintu access export --apply, or, in this order,"), err=True)
    for step in STEPS:
        say(f"  rabbitmqctl import_definitions {folder.path / step}", err=True)
    for name in done.plan.revoked:
        say(f"  rabbitmqctl delete_user {name}", err=True)


async def _apply(
    settings: "Settings", rules: "Rules", folder: "AccessFolder", wishes: "Wishes"
) -> None:
    from broker.amqp.address import shown
    from consumers.runtime.broker_address import broker_address
    from pintu.access.exporting import Unfinished, export_and_apply

    async with broker_address(settings) as at:
        try:
            done = await export_and_apply(
                rules.agencies, rules.channels, folder, at.url, at.management_url, wishes
            )
        except Unfinished as why:
            again = "".join(f" --rotate {name}" for name in why.rotated)
            say(
                worded(
                    "not all is done; say it again: pintu access export --apply{again}", again=again
                ),
                err=True,
            )
            raise why.__cause__ or why from None
    for change in done.changes:
        say(f"{change.user}: {', '.join(change.parts)}")
    for name in done.revoked:
        say(worded("{name}: revoked", name=name))
    many = len(done.plan.accesses)
    say(
        worded(
            "{many} users at {shown}, {many2} of them unchanged",
            many=many,
            shown=shown(at.url),
            many2=many - len(done.changes),
        )
    )
    _tell(folder, done.plan)


def _tell(folder: "AccessFolder", made: "Plan") -> None:
    if made.passwords:
        many = len(made.passwords)
        says = worded_many(
            "{n} new password in {secrets}",
            "{n} new passwords in {secrets}",
            many,
            secrets=folder.secrets,
        )
        say(
            worded("{says}, a file for each user: hand them over and delete them", says=says),
            err=True,
        )
    for name in made.left:
        say(
            worded(
                "{name} is not in the configuration: pintu access export --revoke {name}", name=name
            ),
            err=True,
        )


def _print(everybody: "Sequence[Access]") -> None:
    headings = ("user", "who", "configure", "write", "read", "keys")
    rows = [tuple(_as_json(each).values()) for each in everybody]
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(row))
        return
    from rich.table import Table

    from gateway.text.console import Console

    table = Table(*headings)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


def _as_json(access: "Access") -> dict[str, str]:
    return {
        "user": access.user,
        "who": access.who,
        "configure": access.configure,
        "write": access.write,
        "read": access.read,
        "keys": " ".join(f"{keys.exchange}={keys.pattern}" for keys in access.keys),
    }


def _configuration() -> "tuple[Settings, Rules]":
    from config.logging import configure_logging
    from config.settings import load_settings
    from pintu.app import rules_of

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    return settings, rules_of(settings.config_dir)
