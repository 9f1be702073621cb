"""``pintu run mail``: from queues to the store, from the store to the mail server."""

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from broker.amqp.address import shown
from broker.errors import STORE_REFUSALS, BadConfiguration, StoreUnavailable
from broker.ports import CaseStore, MailStore, TimeSource
from config.language import gettext
from config.settings import Settings
from config.smtp import SmtpAddress
from consumers.mail.composing import Sender
from consumers.mail.delivering import Delivering
from consumers.mail.items import World
from consumers.mail.keeping import Keeping
from consumers.mail.links import LINKS
from consumers.mail.sending import ServerAway, Smtp
from consumers.runtime.case_store import opened_cases
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import MailMetrics
from consumers.runtime.outside import Outside
from consumers.runtime.repeats import Repeats
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.waiting import Backoff, ended

log = structlog.get_logger()

_LOOK_EVERY: Final = 2.0
"""Seconds between two looks at what is due: another process may have kept it, or an operator asked
for it to be sent again."""
_FINISH_WITHIN: Final = 5.0
"""Seconds for the mail that is being handed in when the process is told to stop."""
_GAUGES_EVERY: Final = 15.0
_FORGET_EVERY: Final = 3600.0
_REMEMBERED: Final = timedelta(days=90)
_AT_ONCE: Final = 1_000
_GATEWAY: Final = "http://127.0.0.1:8080"


async def serve_mail(
    service: Service, outside: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """Keep and send until the service is told to stop.

    Raises:
        BadConfiguration: it runs alone, and the settings name no server or no sender.
    """
    found = _server(service.settings)
    if found is None:
        if service.name != "all":
            raise BadConfiguration(
                gettext(
                    "PINTU_SMTP_URL and PINTU_MAIL_SENDER: `pintu run mail` needs both; "
                    "set them, such as smtps://user@mail.example.go.id and "
                    "lapor@example.go.id"
                )
            )
        service.health.holds("connected", "publishing", "consuming", "store")
        if live_config.rules.contacts.usable:
            # Their queue is declared, and fills: somebody has to hear of it.
            log.warning("mail.off", contacts=len(live_config.rules.contacts.usable))
        return
    cases = await opened_cases(service, outside)
    if cases is None:
        return
    try:
        secret = await _secret(service, outside)
        if secret is None:
            return
        store = await service.patiently(outside.open_mail, "store", final=STORE_REFUSALS)
        if store is None:
            return
        try:
            if await service.unless_stopped(service.declared.wait()) is None:
                return
            await _serve(service, outside, live_config, clock, cases, store, secret, found)
        finally:
            with suppress(StoreUnavailable):
                await store.close()
    finally:
        await cases.close()


def _server(settings: Settings) -> tuple[SmtpAddress, str] | None:
    smtp, sender = settings.smtp, settings.mail_sender
    return None if smtp is None or sender is None else (smtp, sender)


async def _secret(service: Service, outside: Outside) -> bytes | None:
    """What links are signed with; the gateway reads them with the same."""
    store = await service.patiently(outside.open_gateway, "store", final=STORE_REFUSALS)
    if store is None:
        return None
    try:
        return await service.patiently(lambda: store.secret(LINKS), "store")
    finally:
        with suppress(StoreUnavailable):
            await store.close()


async def _serve(
    service: Service,
    outside: Outside,
    live_config: LiveConfig,
    clock: TimeSource,
    cases: CaseStore,
    store: MailStore,
    secret: bytes,
    server: tuple[SmtpAddress, str],
) -> None:
    settings, (address, sender) = service.settings, server
    metrics, kept = MailMetrics(service.registry), asyncio.Event()
    smtp = Smtp(address)

    def world() -> World:
        return World(
            live_config.rules,
            live_config.clocks.calendar.zone,
            address_of_gateway(settings),
            secret,
            timedelta(days=settings.mail_link_days),
        )

    def from_whom() -> Sender:
        bounces = settings.mail_bounces or sender
        return Sender(sender, bounces, live_config.rules.name)

    delivering = Delivering(
        store, cases, smtp, from_whom, world, clock, metrics, settings.clock_speed
    )
    keeping = Keeping(
        service, lambda: outside.client("pintu mail"), live_config, store, clock, kept.set
    )
    if settings.gateway_url is None:
        log.warning("mail.links_local", gateway=address_of_gateway(settings))
    log.info(
        "mail.serves",
        broker=shown(outside.address.url),
        server=address.shown,
        contacts=len(live_config.rules.contacts.usable),
        http=service.url,
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeping.run())
        tasks.create_task(_deliver(service, delivering, smtp, metrics, kept))
        tasks.create_task(watch_store(service, store))
        tasks.create_task(service.every(_GAUGES_EVERY, partial(_show, store, metrics, clock)))
        tasks.create_task(service.every(_FORGET_EVERY, partial(_forget, store, clock)))


def address_of_gateway(settings: Settings) -> str:
    """How the gateway is reached by who reads mails."""
    if settings.gateway_url is not None:
        return settings.gateway_url
    if isinstance(settings.gateway, tuple) and settings.gateway[1]:
        return f"http://{settings.gateway[0]}:{settings.gateway[1]}"
    return _GATEWAY


async def _deliver(
    service: Service, delivering: Delivering, smtp: Smtp, metrics: MailMetrics, kept: asyncio.Event
) -> None:
    """Until stopped: what is due, one after the other; while the server is away, with pauses."""
    backoff, repeats, away = Backoff(first=1.0, longest=30.0), Repeats(time.monotonic), False
    try:
        while not service.stop.is_set():
            kept.clear()
            # Before anything is claimed: a claim does not wait for a turn.
            await service.sleep(smtp.wait())
            try:
                more = await _step(service, delivering)
                if more and away:
                    log.info("mail.server_back")
                if more:
                    away = False
                    metrics.server(True)
                    backoff.reset()
                    continue
                await smtp.close()
                await service.sleep(_LOOK_EVERY, wakes=kept)
            except ServerAway as why:
                away = True
                metrics.server(False)
                if times := repeats.times(str(why)):
                    log.warning("mail.server_away", error=str(why), times=times)
                await service.sleep(backoff.next())
            except StoreUnavailable:
                await service.sleep(backoff.next())  # who watches the store tells of it
    finally:
        await smtp.close()


async def _step(service: Service, delivering: Delivering) -> bool:
    """One mail; where the process is told to stop meanwhile it has a few seconds."""
    step = asyncio.create_task(delivering.step())
    stopping = asyncio.create_task(service.stop.wait())
    try:
        await asyncio.wait({step, stopping}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({step}, timeout=_FINISH_WITHIN)
    finally:
        await ended(stopping, step)
    return step.result() if not step.cancelled() else False


async def _show(store: MailStore, metrics: MailMetrics, clock: TimeSource) -> None:
    metrics.show(await store.waiting(), clock.now())


async def _forget(store: MailStore, clock: TimeSource) -> None:
    while await store.forget_mails(clock.now() - _REMEMBERED, _AT_ONCE) == _AT_ONCE:
        await asyncio.sleep(0)
