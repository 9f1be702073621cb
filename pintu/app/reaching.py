"""Ways out of the process: to RabbitMQ, to the stores, to other clocks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from pintu.app.configuration import system_clock

if TYPE_CHECKING:
    from datetime import datetime

    from broker.ports import (
        CaseStore,
        GatewayStore,
        Journal,
        MailStore,
        TimeSource,
        WebhookStore,
    )
    from config.settings import Settings
    from consumers.runtime.broker_address import BrokerAddress
    from consumers.runtime.live_config import LiveConfig
    from consumers.runtime.outside import Outside
    from consumers.runtime.service import Service

    Part = Callable[[Service, Outside, LiveConfig, TimeSource], Coroutine[None, None, None]]


def outside(settings: Settings, address: BrokerAddress) -> Outside:
    """Ways to RabbitMQ and to the stores of these settings."""
    from broker.amqp.client import client
    from broker.amqp.parked import parked_messages
    from broker.amqp.session import RabbitBroker
    from consumers.runtime.outside import Outside

    return Outside(
        address,
        broker=lambda name: RabbitBroker(address.url, name=name),
        client=lambda name: client(address.url, name),
        open_cases=partial(cases_of, settings),
        open_journal=partial(journal_of, settings),
        open_parked=lambda: parked_messages(address.url),
        open_gateway=partial(gateway_of, settings),
        open_mail=partial(mail_of, settings),
        open_webhooks=partial(webhooks_of, settings),
    )


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Outside]:
    """The same, with a private node running where the settings name no RabbitMQ.

    Raises:
        NotInstalled: a private node is wanted and rabbitmq-server is not on this machine.
        BrokerUnavailable: the private node does not start.
    """
    from consumers.runtime.broker_address import broker_address

    async with broker_address(settings) as address:
        yield outside(settings, address)


async def cases_of(settings: Settings) -> CaseStore:
    from broker.store.cases import open_case_store
    from consumers.runtime.store_url import store_url

    return await open_case_store(store_url(settings, "cases"))


async def journal_of(settings: Settings) -> Journal:
    from broker.store.journal import open_journal
    from consumers.runtime.store_url import store_url

    return await open_journal(store_url(settings, "journal"))


async def gateway_of(settings: Settings) -> GatewayStore:
    from broker.store.gateway import open_gateway_store
    from consumers.runtime.store_url import store_url

    return await open_gateway_store(store_url(settings, "gateway"))


async def mail_of(settings: Settings) -> MailStore:
    from broker.store.gateway import open_mail_store
    from consumers.runtime.store_url import store_url

    return await open_mail_store(store_url(settings, "gateway"))


async def webhooks_of(settings: Settings) -> WebhookStore:
    from broker.store.webhooks import open_webhook_store
    from consumers.runtime.store_url import store_url

    return await open_webhook_store(store_url(settings, "gateway"))


async def time_of(settings: Settings, store: CaseStore) -> TimeSource:
    """The system's clock; in a demonstration, the fast one of all processes on that store.

    Raises:
        BadConfiguration: cases of real time and a demonstration in one store.
    """
    from consumers.runtime.clock import FastClock
    from consumers.runtime.clock_watch import refuse_speed

    refuse_speed(await store.clock_state(), settings.clock_speed)
    if settings.clock_speed == 1:
        return system_clock()
    return FastClock(await store.began(system_clock().now()), settings.clock_speed)


async def clock_of_broker(address: BrokerAddress) -> tuple[datetime, bool] | None:
    from broker.amqp.topology.clock import broker_clock

    found = await broker_clock(address.url, address.management_url)
    return None if found is None else (found[0], found[1] and not address.private)
