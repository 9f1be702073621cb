"""``pintu user list`` and ``log``."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gateway.text.printable import printable, say, say_json
from pintu.cli.user.opening import Json, cell, moment, people_store

if TYPE_CHECKING:
    from broker.ports import PeopleStore, Person

_COLUMNS: Final = (
    *("name", "shown_name", "roles", "state", "second_factor", "oidc", "email"),
    *("made_at", "signed_in_at", "sessions"),
)


def list_people(as_json: Json = False) -> None:
    """Who there is, with which roles, and when each signed in last.

    Example: pintu user list --json
    """
    asyncio.run(_list(as_json))


def log(
    newest: Annotated[int, typer.Option("-n", min=1, max=10_000, help="How many lines.")] = 50,
    as_json: Json = False,
) -> None:
    """Who signed in, tried to, and what was done to whom; newest first.

    Example: pintu user log -n 200
    """
    asyncio.run(_log(newest, as_json))


async def _list(as_json: bool) -> None:
    async with people_store() as (store, _, now):
        from gateway.access.entering import waiting

        everybody = await store.people()
        locked = await waiting(store, [one.name for one in everybody], now)
        rows = [await _row(one, store, one.name in locked, now) for one in everybody]
    if as_json:
        say_json(rows)
        return
    say("\t".join(_COLUMNS))
    for row in rows:
        say("\t".join(printable(cell(row[column])) for column in _COLUMNS))


async def _row(
    one: "Person", store: "PeopleStore", locked: bool, now: datetime
) -> dict[str, object]:
    from gateway.access.sessions import is_over

    state = "first-password" if one.must_change else "active"
    state = "disabled" if one.disabled_at else "locked" if locked else state
    return {
        "name": one.name,
        "shown_name": one.shown_name,
        "roles": sorted(one.roles),
        "state": state,
        "second_factor": one.totp is not None,
        "oidc": one.oidc is not None,
        "email": one.email,
        "made_at": moment(one.made_at),
        "signed_in_at": moment(one.signed_in_at),
        "sessions": sum(not is_over(kept, now) for kept in await store.sessions(one.name)),
    }


async def _log(newest: int, as_json: bool) -> None:
    columns = ("at", "who", "what", "of", "detail")
    async with people_store() as (store, _, _now):
        lines = await store.people_lines(newest)
    rows = [
        {
            "at": moment(line.at),
            "who": line.who,
            "what": line.what,
            "of": line.of,
            "detail": line.detail,
        }
        for line in lines
    ]
    if as_json:
        say_json(rows)
        return
    say("\t".join(columns))
    for row in rows:
        say("\t".join(printable(cell(row[column])) for column in columns))
