"""``pintu user add``."""

import asyncio
from typing import Annotated

import typer

from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli.user.opening import Lasting, Name, PasswordFile, given_password, people_store

Roles = Annotated[
    list[str], typer.Option(help="desk, agency:CODE, lead, auditor or admin; repeatable.")
]


def add(
    name: Name,
    role: Roles,
    shown_name: Annotated[str | None, typer.Option("--name", help="As people write it.")] = None,
    email: Annotated[str | None, typer.Option(help="Their mail address.")] = None,
    oidc: Annotated[
        str | None, typer.Option(metavar="SUBJECT", help="Their account at PINTU_OIDC_ISSUER.")
    ] = None,
    password_file: PasswordFile = None,
    lasting: Lasting = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They sign in elsewhere alone.")
    ] = False,
) -> None:
    """Add somebody and print a first password, alone on standard output and once; it has to be
    changed at the first sign-in.

    Example: pintu user add rina --role desk --name "Rina Wati"

    Example: pintu user add budi --role agency:dlh

    Example: pintu user add sari --role admin --password-file /run/secrets/sari --lasting
    """
    if no_password and password_file:
        raise typer.BadParameter(gettext("not with --no-password"), param_hint="--password-file")
    asyncio.run(_add(name, role, shown_name, email, oidc, password_file, lasting, no_password))


async def _add(
    name: str,
    roles: list[str],
    shown_name: str | None,
    email: str | None,
    oidc: str | None,
    password_file: str | None,
    lasting: bool,
    no_password: bool,
) -> None:
    from broker.ports import Person
    from gateway.access import people
    from pintu.app.configuration import directory_of

    given = given_password(password_file)
    async with people_store() as (store, settings, now):
        directory = directory_of(settings.config_dir)
        wanted = people.checked_roles(frozenset(roles), directory.agencies)
        people.checked_name(name)
        shown, kept = (None, None) if no_password else await people.given_password(given, name)
        account = people.checked_subject(oidc, settings.oidc_issuer) if oidc else None
        person = Person(
            name,
            people.checked_shown_name(shown_name or name),
            wanted,
            now,
            kept,
            must_change=kept is not None and not lasting,
            oidc=account,
            email=people.checked_email(email or ""),
        )
        await people.add(store, person, people.COMMAND, now)
    roles_shown = ", ".join(sorted(wanted))
    if shown is None or given is not None:
        say(worded("{name} may sign in as {roles}", name=name, roles=roles_shown), err=True)
        return
    told = worded("{name} may sign in as {roles}; shown this once:", name=name, roles=roles_shown)
    say(told, err=True)
    typer.echo(shown)
