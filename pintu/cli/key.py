"""``pintu key``: keys of portals and agencies over HTTP."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from broker.messaging.names import is_code
from config.broker_sentences import told
from config.language import gettext, worded
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL

app = typer.Typer(
    no_args_is_help=True,
    help="Keys with which portals and agencies come in over HTTP.\n\n"
    "Example: pintu key add web-toboali",
)
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
_COLUMNS: Final = ("id", "of", "scopes", "made_at", "expires_at", "used_at", "revoked_at")


@app.command("add")
def add(
    of: Annotated[
        str, typer.Argument(metavar="CHANNEL|agency:CODE", help="Whom the key speaks for.")
    ],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="submit, speak or read; everything that fits if left out."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Until it expires; never if left out.")
    ] = None,
) -> None:
    """Make a key and print it, alone on standard output and once: only a digest of it is kept.

    Example: pintu key add web

    Example: pintu key add agency:dlh --scope read --days 365
    """
    asyncio.run(_add(of, scope, days))


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """Whose keys there are, what for, and when each was last used.

    Example: pintu key list --json
    """
    asyncio.run(_list(as_json))


@app.command("revoke")
def revoke(id: Annotated[str, typer.Argument(help="As `pintu key list` shows it.")]) -> None:
    """Make a key good for nothing, within five seconds.

    Example: pintu key revoke k3v9m2qa
    """
    asyncio.run(_revoke(id))


async def _add(of: str, scopes: list[str] | None, days: int | None) -> None:
    from gateway.access.keys import SCOPES, new_key
    from pintu.app import open_gateway
    from pintu.app.configuration import directory_of, system_clock

    who, code = _owner(of)
    async with open_gateway() as (store, settings):
        if who == "agency" and code not in directory_of(settings.config_dir).agencies:
            raise typer.BadParameter(
                worded("no agency has the code {code!r}", code=code), param_hint="agency:CODE"
            )
        now = system_clock().now()
        wanted = frozenset(scopes) if scopes else SCOPES[who]
        try:
            key, shown = new_key(
                f"{who}.{code}", wanted, now, now + timedelta(days=days) if days else None
            )
        except ValueError as why:
            raise typer.BadParameter(told(why), param_hint="--scope") from None
        await store.add_key(key)
    say(
        worded(
            "key {id} of {of}, for {sorted}; shown this once:",
            id=key.id,
            of=key.of,
            sorted=", ".join(sorted(key.scopes)),
        ),
        err=True,
    )
    typer.echo(shown)


async def _list(as_json: bool) -> None:
    from pintu.app import open_gateway

    async with open_gateway() as (store, _):
        found = await store.keys()
    rows = [
        {
            "id": key.id,
            "of": key.of,
            "scopes": sorted(key.scopes),
            "made_at": _shown(key.made_at),
            "expires_at": _shown(key.expires_at),
            "used_at": _shown(key.used_at),
            "revoked_at": _shown(key.revoked_at),
        }
        for key in found
    ]
    if as_json:
        say_json(rows)
        return
    say("\t".join(_COLUMNS))
    for row in rows:
        cells = (row[name] or "-" for name in _COLUMNS)
        say("\t".join(",".join(one) if isinstance(one, list) else one for one in cells))


async def _revoke(id: str) -> None:
    from pintu.app import open_gateway
    from pintu.app.configuration import system_clock

    async with open_gateway() as (store, _):
        done = await store.revoke_key(id, system_clock().now())
    if not done:
        say(
            worded(
                "no key {printable} that is good; `pintu key list` shows all",
                printable=printable(id),
            ),
            err=True,
        )
        raise typer.Exit(NOT_ALL)
    say(worded("key {id} is revoked", id=id), err=True)


def _owner(of: str) -> tuple[str, str]:
    who, colon, code = of.partition(":")
    who, code = (who, code) if colon else ("channel", of)
    if who not in ("agency", "channel") or not is_code(code):
        raise typer.BadParameter(
            gettext("a channel's code or agency:CODE; lower-case letters, digits and hyphens"),
            param_hint=gettext("CHANNEL|agency:CODE"),
        )
    return who, code


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
