"""``pintu webhook add|list|pause|resume|rotate``."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from broker.messaging import names
from config.broker_sentences import told
from config.exact_moments import exact
from config.language import gettext, worded
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.webhook.printing import AsJson, Name, shown_moment, table, unknown

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.ports import WebhookStore
    from broker.ports.webhooks import Backlog, Endpoint
    from config.settings import Settings

_COLUMNS: Final = ("name", "state", "since", "why", "waiting", "oldest", "url")


def add(
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where its events go: https://…")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Another URL for an endpoint that is there.")
    ] = False,
) -> None:
    """Send the events of a queue to a URL, and print the secret that signs them, alone on standard
    output and once.

    The host must have public addresses alone; others must be named in PINTU_WEBHOOK_ALLOW. With
    --replace the secret stays, and so does what waits.

    Example: pintu webhook add agency.dlh https://pengaduan.dlh.example.go.id/pintu
    """
    asyncio.run(_add(name, url, replace))


def list_endpoints(as_json: AsJson = False) -> None:
    """Endpoints, their state, and what waits for each.

    Example: pintu webhook list --json
    """
    asyncio.run(_list(as_json))


def pause(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why, for `pintu webhook list`.")] = "",
) -> None:
    """Deliver nothing for now. Events wait in the queue; none is parked meanwhile.

    Example: pintu webhook pause agency.dlh --reason "pemeliharaan server"
    """
    asyncio.run(_pause(name, reason))


def resume(name: Name) -> None:
    """Deliver again, also to an endpoint that had switched itself off. What waits is tried at once,
    and its three days begin anew.

    Example: pintu webhook resume agency.dlh
    """
    asyncio.run(_resume(name))


def rotate(
    name: Name,
    end_old: Annotated[
        bool, typer.Option("--end-old", help="Make none; end the old one now.")
    ] = False,
) -> None:
    """Make another secret and print it, alone on standard output. For a day both sign.

    Example: pintu webhook rotate agency.dlh

    Example: pintu webhook rotate agency.dlh --end-old
    """
    asyncio.run(_rotate(name, end_old))


async def _add(name: str, url: str, replace: bool) -> None:
    from broker.ports.webhooks import Endpoint
    from consumers.webhooks.signing import new_secret, shown
    from pintu.app import open_webhooks

    async with open_webhooks() as (store, settings, clock):
        _known(name, settings, clock.now())
        await _usable(url, settings)
        if replace:
            if not await store.move(name, url):
                raise unknown(name)
            say(
                worded("{name} is reached at another URL; its secret is as it was", name=name),
                err=True,
            )
            return
        endpoint = Endpoint(name, url, new_secret(), clock.now())
        if not await store.add(endpoint):
            raise typer.BadParameter(
                worded(
                    "{name} has an endpoint already: --replace gives it another URL, `pintu "
                    "webhook rotate {name}` another secret",
                    name=name,
                ),
                param_hint="NAME",
            )
    say(
        worded("events of the queue {name} go there; its secret, shown this once:", name=name),
        err=True,
    )
    typer.echo(shown(endpoint.secret))


def _known(name: str, settings: "Settings", now: datetime) -> None:
    """Raises typer.BadParameter where no queue has that name."""
    from gateway.desk.session import objection
    from pintu.app.configuration import directory_of, rules_of

    family, dot, code = name.partition(".")
    if not dot or family not in ("agency", "channel") or not names.is_code(code):
        raise typer.BadParameter(
            gettext("agency.CODE or channel.CODE, as the queue is called"), param_hint="NAME"
        )
    why = None
    if family == "agency":
        why = objection(code, directory_of(settings.config_dir), now.date())
    elif code not in (channels := rules_of(settings.config_dir).channels):
        why = worded(
            "no channel has the code {code!r}; there are {sorted}",
            code=code,
            sorted=", ".join(sorted(channels)),
        )
    if why is not None:
        raise typer.BadParameter(why, param_hint="NAME")


async def _usable(url: str, settings: "Settings") -> None:
    from consumers.webhooks.connecting import Connections, ForbiddenAddress
    from consumers.webhooks.targets import BadTarget, target_of

    try:
        target = target_of(url, settings.webhook_allow)
        async with Connections() as connections:
            await connections.addresses(target)
    except BadTarget as why:
        raise typer.BadParameter(told(why), param_hint="URL") from None
    except ForbiddenAddress as why:
        raise typer.BadParameter(told(why), param_hint="URL") from None
    except (OSError, TimeoutError):
        raise typer.BadParameter(
            worded("nobody knows the host {printable}", printable=printable(target.url.host or "")),
            param_hint="URL",
        ) from None


async def _list(as_json: bool) -> None:
    from pintu.app import open_webhooks

    async with open_webhooks() as (store, _, _):
        endpoints = await store.endpoints()
        backlog = {one.endpoint: one for one in await store.backlog()}
    rows = [_row(one, backlog.get(one.name)) for one in endpoints]
    if as_json:
        say_json(rows)
    else:
        table(_COLUMNS, rows)


def _row(one: "Endpoint", waits: "Backlog | None") -> dict[str, object]:
    return {
        "name": one.name,
        "state": one.state,
        "since": shown_moment(one.since or one.made_at),
        "why": one.why,
        "waiting": waits.waiting if waits else 0,
        "oldest": shown_moment(waits.oldest) if waits else None,
        "url": one.url,
        "old_secret_until": shown_moment(one.old_until),
    }


async def _pause(name: str, reason: str) -> None:
    from pintu.app import open_webhooks

    async with open_webhooks() as (store, _, clock):
        if not await store.pause(name, "paused", reason, clock.now()):
            await _must_be_there(store, name)
            say(worded("{name} is not active: nothing to pause", name=name), err=True)
            raise typer.Exit(NOT_ALL)
    say(
        worded("{name} is paused; its events wait: `pintu webhook resume {name}`", name=name),
        err=True,
    )


async def _resume(name: str) -> None:
    from pintu.app import open_webhooks

    async with open_webhooks() as (store, _, clock):
        if not await store.resume(name, clock.now()):
            raise unknown(name)
    say(worded("{name} is active", name=name), err=True)


async def _rotate(name: str, end_old: bool) -> None:
    from consumers.webhooks.signing import OLD_FOR, new_secret, shown
    from pintu.app import open_webhooks

    async with open_webhooks() as (store, _, clock):
        if end_old:
            if not await store.end_old(name):
                await _must_be_there(store, name)
            say(worded("{name} signs with one secret", name=name), err=True)
            return
        secret, until = new_secret(), clock.now() + OLD_FOR
        if not await store.rotate(name, secret, until):
            raise unknown(name)
    say(
        worded(
            "the secret that {name} had signs too until {shown_moment}, or until "
            "`pintu webhook rotate {name} --end-old`; the new one, shown this once:",
            name=name,
            shown_moment=exact(until),
        ),
        err=True,
    )
    typer.echo(shown(secret))


async def _must_be_there(store: "WebhookStore", name: str) -> None:
    if await store.endpoint(name) is None:
        raise unknown(name)
