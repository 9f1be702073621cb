"""``pintu user change``, and what is done to one person at a time."""

import asyncio
from typing import Annotated

import typer

from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli.user.opening import Lasting, Name, PasswordFile, given_password, people_store


def change(
    name: Name,
    role: Annotated[
        list[str] | None,
        typer.Option(help="In place of those they have; repeatable."),
    ] = None,
    shown_name: Annotated[str | None, typer.Option("--name", help="As people write it.")] = None,
    email: Annotated[str | None, typer.Option(help='Their mail address; "" takes it away.')] = None,
    oidc: Annotated[
        str | None,
        typer.Option(
            metavar="SUBJECT", help='Their account at PINTU_OIDC_ISSUER; "" takes it away.'
        ),
    ] = None,
    disable: Annotated[
        bool | None, typer.Option("--disable/--enable", help="They are out at once; or may again.")
    ] = None,
) -> None:
    """Change roles, name or address of somebody, or keep them out.

    Example: pintu user change rina --role desk --role lead

    Example: pintu user change budi --disable
    """
    if (role, shown_name, email, oidc, disable) == (None,) * 5:
        raise typer.BadParameter(
            gettext("say what: --role, --name, --email, --oidc, --disable, --enable")
        )
    asyncio.run(_change(name, role, shown_name, email, oidc, disable))


def password(name: Name, password_file: PasswordFile = None, lasting: Lasting = False) -> None:
    """Give a new first password, printed alone on standard output and once; whoever is signed in
    under that name is out, and a wait after wrong tries ends.

    Example: pintu user password rina
    """
    asyncio.run(_password(name, password_file, lasting))


def end_sessions(name: Name) -> None:
    """Sign somebody out everywhere.

    Example: pintu user end-sessions rina
    """
    asyncio.run(_end_sessions(name))


def reset_second_factor(name: Name) -> None:
    """Take the second factor away from somebody who lost telephone and recovery codes.

    Example: pintu user reset-second-factor rina
    """
    asyncio.run(_reset_second_factor(name))


def unlock(name: Name) -> None:
    """End the wait after wrong tries.

    Example: pintu user unlock rina
    """
    asyncio.run(_unlock(name))


def remove(name: Name) -> None:
    """Remove somebody for good; histories keep the name. `change --disable` keeps them out.

    Example: pintu user remove budi
    """
    asyncio.run(_remove(name))


async def _change(
    name: str,
    roles: list[str] | None,
    shown_name: str | None,
    email: str | None,
    oidc: str | None,
    disable: bool | None,
) -> None:
    from gateway.access import people
    from pintu.app.configuration import directory_of

    async with people_store() as (store, settings, now):
        who = people.COMMAND
        # All of it is looked at before anything is done.
        wanted = None
        if roles is not None:
            directory = directory_of(settings.config_dir)
            wanted = people.checked_roles(frozenset(roles), directory.agencies)
        shown = None if shown_name is None else people.checked_shown_name(shown_name)
        address = None if email is None else people.checked_email(email)
        account = people.checked_subject(oidc, settings.oidc_issuer) if oidc else None
        await people.found(store, name)
        if oidc is not None:
            await people.link(store, name, account, who, now)
        if wanted is not None:
            await people.give_roles(store, name, wanted, who, now)
        if shown is not None:
            await people.rename(store, name, shown, who, now)
        if email is not None:
            await people.set_email(store, name, address, who, now)
        if disable is not None:
            await (people.disable if disable else people.enable)(store, name, who, now)
    say(worded("{name} is changed", name=name), err=True)


async def _password(name: str, password_file: str | None, lasting: bool) -> None:
    from gateway.access import people
    from gateway.access.entering import forgive

    given = given_password(password_file)
    async with people_store() as (store, _, now):
        shown = await people.reset_password(
            store, name, people.COMMAND, now, given, must_change=not lasting
        )
        await forgive(store, name)
    if given is not None:
        say(worded("{name} has a new password", name=name), err=True)
        return
    say(worded("{name} has a new password; shown this once:", name=name), err=True)
    typer.echo(shown)


async def _end_sessions(name: str) -> None:
    from gateway.access import people

    async with people_store() as (store, _, now):
        ended = await people.end_sessions(store, name, people.COMMAND, now)
    say(worded("{name}: {n} sessions ended", name=name, n=ended), err=True)


async def _reset_second_factor(name: str) -> None:
    from gateway.access import people

    async with people_store() as (store, _, now):
        await people.reset_second_factor(store, name, people.COMMAND, now)
    say(worded("{name} has no second factor any more", name=name), err=True)


async def _unlock(name: str) -> None:
    from gateway.access import people
    from gateway.access.entering import forgive

    async with people_store() as (store, _, now):
        await people.found(store, name)
        await forgive(store, name)
        await people.write(store, now, people.COMMAND, "unlocked", name)
    say(worded("{name} may try again at once", name=name), err=True)


async def _remove(name: str) -> None:
    from gateway.access import people

    async with people_store() as (store, _, now):
        await people.remove(store, name, people.COMMAND, now)
    say(worded("{name} is removed", name=name), err=True)
