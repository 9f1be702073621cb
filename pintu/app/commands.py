"""What commands work with, by the settings of this environment."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from config.language import gettext
from pintu.app.configuration import clocks_of, directory_of, rules_of, system_clock
from pintu.app.reaching import (
    cases_of,
    clock_of_broker,
    gateway_of,
    mail_of,
    reached,
    time_of,
    webhooks_of,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from broker.ports import (
        CaseStore,
        GatewayStore,
        MailStore,
        ParkedMessages,
        TimeSource,
        WebhookStore,
    )
    from config.settings import Settings
    from consumers.runtime.agreed_clock import AgreedClock
    from consumers.runtime.clock_watch import ReadBroker
    from consumers.runtime.live_config import LiveConfig
    from consumers.runtime.outside import Outside
    from consumers.runtime.service import Service
    from gateway.desk.session import DeskSession

    Part = Callable[[Service, Outside, LiveConfig, TimeSource], Coroutine[None, None, None]]


class _Store(Protocol):
    """What is closed at the end."""

    async def close(self) -> None: ...


_Closes = TypeVar("_Closes", bound=_Store)


@asynccontextmanager
async def open_desk() -> AsyncIterator[DeskSession]:
    """What a command of the desk works with, by the settings of this environment.

    Raises:
        BadConfiguration: settings, rules, or a store of another version.
        StoreUnavailable: it is away.
    """
    from config.logging import configure_logging
    from config.settings import load_settings
    from gateway.desk.session import DeskSession

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    folder = settings.config_dir
    agencies, clocks = directory_of(folder), clocks_of(folder)
    store = await cases_of(settings)
    try:
        yield DeskSession(
            agencies,
            clocks,
            store,
            await time_of(settings, store),
            _where(settings),
            reach=partial(reached, settings),
            load=cache(partial(rules_of, folder)),
        )
    finally:
        await store.close()


@asynccontextmanager
async def open_parked() -> AsyncIterator[ParkedMessages]:
    """The parked messages, read alone. Raises BrokerUnavailable."""
    from broker.amqp.parked import parked_messages
    from config.logging import configure_logging
    from config.settings import load_settings
    from consumers.runtime.broker_address import broker_address

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    async with (
        broker_address(settings) as address,
        parked_messages(address.url) as messages,
    ):
        yield messages


@asynccontextmanager
async def open_clocks() -> AsyncIterator[tuple[CaseStore, AgreedClock, ReadBroker]]:
    """The store, this machine's clock and the way to RabbitMQ's, by the settings.

    Raises:
        BadConfiguration: settings, or the store is a demonstration's.
        StoreUnavailable: it is away.
    """
    from config.logging import configure_logging
    from config.settings import load_settings
    from consumers.runtime.broker_address import BrokerAddress
    from consumers.runtime.clock import agreed_clock
    from consumers.runtime.clock_watch import refuse_speed

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)

    async def no_clock() -> None:
        """A private node is on this machine and has no other clock."""

    read: ReadBroker = no_clock
    if (url := settings.amqp_url) is not None:
        given = settings.management_url
        at = given.get_secret_value() if given else None
        read = partial(clock_of_broker, BrokerAddress(url.get_secret_value(), at, private=False))
    store = await cases_of(settings)
    try:
        refuse_speed(await store.clock_state(), 1.0)
        yield store, agreed_clock(), read
    finally:
        await store.close()


@asynccontextmanager
async def open_gateway() -> AsyncIterator[tuple[GatewayStore, Settings]]:
    """The gateway's store, by the settings of this environment.

    Raises:
        BadConfiguration: settings, or a store of another version.
        StoreUnavailable: it is away.
    """
    async with _opened(gateway_of) as found:
        yield found


async def forget_attachments(complaint: UUID, now: datetime) -> int:
    """Remove the files that came with a complaint, and who of the desk was at it; gives how many
    files it had.

    Raises:
        BadConfiguration: settings, or a store of another version.
        StoreUnavailable, FilesUnavailable: the gateway's store or the folder is away.
    """
    from config.settings import attachments_place, load_settings
    from gateway.attachments.folders import folder_of
    from gateway.attachments.sweeping import forget

    settings = load_settings()
    if settings.database_url is None and not (settings.state_dir / "gateway.sqlite3").exists():
        return 0  # no gateway has ever run here
    store = await gateway_of(settings)
    try:
        await store.presence.forget_case(complaint)
        place = folder_of(attachments_place(settings))
        return await forget(store.attachments, place, complaint, now)
    finally:
        await store.close()


@asynccontextmanager
async def open_mail() -> AsyncIterator[tuple[MailStore, Settings]]:
    """The mails, by the settings of this environment.

    Raises:
        BadConfiguration: settings, or a store of another version.
        StoreUnavailable: it is away.
    """
    async with _opened(mail_of) as found:
        yield found


@asynccontextmanager
async def open_webhooks() -> AsyncIterator[tuple[WebhookStore, Settings, TimeSource]]:
    """The store of the webhooks and the time that falls due by, of this environment.

    Raises:
        BadConfiguration: settings, or a store of another version.
        StoreUnavailable: it is away.
    """
    async with (
        _opened(webhooks_of) as (store, settings),
        time_alone(settings) as clock,
    ):
        yield store, settings, clock


@asynccontextmanager
async def _opened(
    of: Callable[[Settings], Awaitable[_Closes]],
) -> AsyncIterator[tuple[_Closes, Settings]]:
    """A store by the settings of this environment, until the block ends."""
    from config.logging import configure_logging
    from config.settings import load_settings

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    store = await of(settings)
    try:
        yield store, settings
    finally:
        await store.close()


@asynccontextmanager
async def time_alone(settings: Settings) -> AsyncIterator[TimeSource]:
    """The time for whoever needs nothing else of the store: mostly it is not opened."""
    if settings.clock_speed == 1:
        yield system_clock()
        return
    store = await cases_of(settings)
    try:
        yield await time_of(settings, store)
    finally:
        await store.close()


def _where(settings: Settings) -> str:
    if settings.database_url is not None:
        return gettext("the database of PINTU_DATABASE_URL")
    return os.fspath(settings.state_dir / "cases.sqlite3")
