"""What ``pintu audit`` works with: the trail, and the stores that are rebuilt from it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from broker.errors import BadConfiguration
from config.language import worded
from pintu.app.configuration import configuration_of
from pintu.app.reaching import cases_of, journal_of, time_of

if TYPE_CHECKING:
    from datetime import timedelta, tzinfo

    from broker.amqp.client import RabbitClient
    from broker.amqp.stream import AuditStream
    from broker.ports import CaseStore, Journal, TimeSource
    from config.settings import Settings
    from consumers.audit.rebuilding import Rebuilding

_ASKED: Final = 2
"""A queue that does not answer RabbitMQ at once is said to have no consumer."""


@asynccontextmanager
async def open_audit() -> AsyncIterator[AuditStream]:
    """The audit trail, to be read. Raises BrokerUnavailable."""
    from broker.amqp.stream import audit_stream
    from consumers.runtime.broker_address import broker_address

    settings = _settings()
    async with (
        broker_address(settings) as address,
        audit_stream(address.url, "pintu audit") as stream,
    ):
        yield stream


def local_zone() -> tzinfo:
    """The zone of the configuration of this environment."""
    from config.loading.clocks import load_zone
    from config.settings import load_settings

    return load_zone(load_settings().config_dir)


class Replaying:
    """``rebuilding`` and ``journal`` hold the stores; ``clock`` is fast in a demonstration;
    ``zone`` is that of the configuration."""

    def __init__(
        self,
        stream: AuditStream,
        client: RabbitClient,
        store: CaseStore,
        rebuilding: Rebuilding,
        journal: Journal,
        clock: TimeSource,
        zone: tzinfo,
    ) -> None:
        self.stream = stream
        self.store = store
        self.rebuilding = rebuilding
        self.journal = journal
        self.clock = clock
        self.zone = zone
        self._client = client

    async def alone(self) -> None:
        """Raises BadConfiguration where a case consumer works."""
        from broker.messaging import names

        for _ in range(_ASKED):
            _, consumers = await self._client.waiting(names.CASES_QUEUE)
            if consumers:
                raise BadConfiguration(
                    worded(
                        "the queue {cases_queue} is being read ({consumers} consumers): stop "
                        "`pintu run cases` or `pintu run all` first, since both would change the "
                        "same cases; what was done so far is kept, and the next replay goes on",
                        cases_queue=names.CASES_QUEUE,
                        consumers=consumers,
                    )
                )


@asynccontextmanager
async def open_replay() -> AsyncIterator[Replaying]:
    """All that a replay needs.

    Raises:
        BadConfiguration: settings, rules, or a store of another version.
        BrokerUnavailable, StoreUnavailable: one of them is away.
    """
    from broker.amqp.client import client
    from broker.amqp.stream import audit_stream
    from consumers.audit.rebuilding import Rebuilding
    from consumers.runtime.broker_address import broker_address

    settings = _settings()
    rules, clocks = configuration_of(settings.config_dir)
    async with (
        broker_address(settings) as address,
        audit_stream(address.url, "pintu audit replay") as stream,
        client(address.url, "pintu audit replay") as asking,
    ):
        store = await cases_of(settings)
        try:
            clock = await time_of(settings, store)
            journal = await journal_of(settings)
            try:
                zone = clocks.calendar.zone
                rebuilding = Rebuilding(store, rules, clocks, patience=_patience(settings))
                yield Replaying(stream, asking, store, rebuilding, journal, clock, zone)
            finally:
                await journal.close()
        finally:
            await store.close()


def _settings() -> Settings:
    from config.logging import configure_logging
    from config.settings import load_settings

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    return settings


def _patience(settings: Settings) -> timedelta:
    from consumers.cases.handler import PATIENCE

    return PATIENCE * settings.clock_speed
