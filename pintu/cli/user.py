"""``pintu user``: people who sign in at the gateway."""

import asyncio
from typing import Annotated

import typer

from gateway.text.printable import say

app = typer.Typer(
    no_args_is_help=True,
    help="People of the desk, of agencies, leaders, auditors and administrators.\n\n"
    "Example: pintu user add rina --role desk",
)


@app.callback()
def people() -> None:
    """People who sign in."""


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What they sign in with: rina, budi-dlh.")],
    role: Annotated[
        list[str], typer.Option(help="desk, agency:CODE, lead, auditor or admin; repeatable.")
    ],
    shown_name: Annotated[str | None, typer.Option("--name", help="As people write it.")] = None,
) -> None:
    """Add somebody and print a first password, alone on standard output and once.

    Example: pintu user add rina --role desk --name "Rina Wati"

    Example: pintu user add budi --role agency:dlh
    """
    asyncio.run(_add(name, role, shown_name))


async def _add(name: str, roles: list[str], shown_name: str | None) -> None:
    import secrets

    from broker.messaging.names import is_code
    from broker.ports import Person
    from gateway.access.passwords import hashed
    from gateway.access.roles import ROLES, is_role
    from pintu.app import open_gateway
    from pintu.app.configuration import system_clock

    if not is_code(name):
        raise typer.BadParameter("lower-case letters, digits and hyphens", param_hint="NAME")
    for role in roles:
        if not is_role(role):
            raise typer.BadParameter(f"one of {', '.join(ROLES)}", param_hint="--role")
    password = secrets.token_urlsafe(15)
    person = Person(
        name, shown_name or name, frozenset(roles), system_clock().now(), hashed(password)
    )
    async with open_gateway() as (store, _):
        if not await store.people.add_person(person):
            raise typer.BadParameter(f"there is a {name} already", param_hint="NAME")
    say(f"{name} may sign in as {', '.join(sorted(roles))}; shown this once:", err=True)
    typer.echo(password)
