"""Whatever door a complaint comes in by, and whatever its agency has: each reporter finds the
answer."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout
from rich.console import Console
from rich.markup import escape
from standardwebhooks.webhooks import Webhook

from broker.ports.webhooks import Endpoint
from config.language import gettext, marked
from consumers.webhooks.signing import new_secret
from gateway.access.keys import SCOPES, new_key
from pintu.demo.doors import Doors, Filed
from pintu.demo.listening import Receiver, receiver
from pintu.demo.scenes import titled
from pintu.demo.speaking import say
from pintu.demo.stage import MAILED, Stage

_PORTAL: Final = "web"
_HOOKED: Final = "dinkes"
"""It is told by webhook, and answers over HTTP with a key of its own. `MAILED` has nothing but
mail; the other two have their queues."""
_SERVICE: Final = "street-light"
_CLINIC: Final = "Antrean di Puskesmas Toboali berjam-jam, petugas loket hanya satu"
_SCHOOL: Final = "Atap kelas SDN 2 Air Gegas bocor, anak-anak belajar di teras"
_LAMP: Final = "Lampu jalan mati di depan SDN 3 Toboali"
_WATER: Final = "Air PDAM keruh sejak Senin"
_ANSWERS: Final = {
    _CLINIC: "Dua petugas loket ditambah mulai besok",
    _SCHOOL: "Atap sudah diperbaiki hari ini",
    _LAMP: "Lampu sudah diganti",
    _WATER: "Pipa sudah dibilas, air jernih kembali",
}
_COLUMNS: Final = (
    marked("came in by"),
    marked("complaint"),
    marked("its agency hears by"),
    marked("the reporter reads"),
)
_WITHIN: Final = 20.0
_PAUSE: Final = 0.1

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class _Street:
    """``http``: at the gateway; ``portal`` and ``agency``: keys; ``hooked``: what the webhook
    reaches."""

    now: Stage
    http: ClientSession
    portal: str
    agency: str
    hooked: Receiver


async def any_door(console: Console, now: Stage) -> None:
    """Four complaints by four doors, to agencies that hear by queue, webhook and mail."""
    async with _street(now) as street:
        doors = Doors(now, street.http, street.portal)
        filed = await asyncio.gather(
            doors.by_form(_CLINIC),
            doors.by_json(_SCHOOL),
            doors.by_open311(_SERVICE, _LAMP),
            doors.by_amqp(_WATER),
        )
        answering = (_by_webhook, _by_mail, _by_queue, _by_queue)
        heard = await asyncio.gather(
            *(answers(street, one) for answers, one in zip(answering, filed, strict=True))
        )
        read = await asyncio.gather(*(_until(one.finds) for one in filed))
    table = titled(gettext("Any door, and any agency"))
    for column in _COLUMNS:
        table.add_column(gettext(column), overflow="fold")
    for one, by, answer in zip(filed, heard, read, strict=True):
        table.add_row(gettext(one.door), escape(one.text), by, f"[green]{escape(answer)}[/]")
    console.print(table)


@asynccontextmanager
async def _street(now: Stage) -> AsyncIterator[_Street]:
    portal = await _key(now, f"channel.{_PORTAL}")
    agency = await _key(now, f"agency.{_HOOKED}")
    async with (
        receiver() as hooked,
        ClientSession(now.gateway, timeout=ClientTimeout(total=_WITHIN)) as http,
    ):
        secret, name = new_secret(), f"agency.{_HOOKED}"
        hooked.verifier = Webhook(secret)
        store = await now.ways.open_webhooks()
        try:
            await store.add(Endpoint(name, hooked.url, secret, now.clock.now()))
            yield _Street(now, http, portal, agency, hooked)
            # Nobody listens there any more; what comes stays in the queue.
            await store.pause(name, "paused", gettext("the demonstration goes on"), now.clock.now())
        finally:
            await store.close()


async def _key(now: Stage, of: str) -> str:
    key, shown = new_key(of, SCOPES[of.partition(".")[0]], now.clock.now())
    store = await now.ways.open_gateway()
    try:
        await store.add_key(key)
    finally:
        await store.close()
    return shown


async def _by_webhook(street: _Street, filed: Filed) -> str:
    async def told() -> bool | None:
        return filed.tracking in street.hooked.told or None

    await _until(told)
    path = f"/v1/agencies/{_HOOKED}/cases/{filed.tracking}/resolved"
    head = {"Authorization": f"Bearer {street.agency}"}
    async with street.http.post(path, json={"note": _ANSWERS[filed.text]}, headers=head) as answer:
        answer.raise_for_status()
    return f"{gettext('webhook, signed')} [dim]{_HOOKED}[/]"


async def _by_mail(street: _Street, filed: Filed) -> str:
    async def link() -> str | None:
        for mail in street.now.mailbox.mails:
            body = mail.get_body(("plain",))
            text = str(body.get_content()) if body else ""
            if filed.tracking in text:
                return next((word for word in text.split() if "/jawab/" in word), None)
        return None

    path = urlsplit(await _until(link)).path

    async def form() -> dict[str, str] | None:
        async with street.http.get(path) as answer:
            shown = (await answer.text()).partition(f"{path}/resolved")[2].partition("</form>")[0]
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown)) or None

    fields = await _until(form) | {"note": _ANSWERS[filed.text]}
    async with street.http.post(f"{path}/resolved", data=fields) as answer:
        answer.raise_for_status()
    return f"{gettext('mail, a link to answer by')} [dim]{MAILED}[/]"


async def _by_queue(street: _Street, filed: Filed) -> str:
    async def routed() -> tuple[str, str] | None:
        for data in street.now.heard.of("routed"):
            if data["tracking"] == filed.tracking:
                return data["agency"], data["complaint_id"]
        return None

    agency, complaint = await _until(routed)
    await say(street.now, complaint, f"agency.{agency}.resolved", note=_ANSWERS[filed.text])
    return f"{gettext('queue')} agency.{agency}"


async def _until(found: Callable[[], Awaitable[_Found | None]]) -> _Found:
    """What is found, as soon as it is. Raises TimeoutError."""
    async with asyncio.timeout(_WITHIN):
        while (one := await found()) is None:
            await asyncio.sleep(_PAUSE)
    return one
