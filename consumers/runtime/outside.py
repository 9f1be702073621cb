"""What a process reaches outside of itself: RabbitMQ and its stores. Made in pintu.app."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from broker.ports import (
    Broker,
    CaseStore,
    Client,
    GatewayStore,
    Journal,
    MailStore,
    ParkedMessages,
    WebhookStore,
)
from consumers.runtime.broker_address import BrokerAddress


@dataclass(frozen=True, slots=True)
class Outside:
    """Ways to what is outside; nothing is open yet.

    ``broker`` and ``client`` take the name under which the connection is listed in RabbitMQ.
    What opens a store may raise StoreUnavailable and BadConfiguration; ``open_parked`` reads the
    parked messages, alone, and may raise BrokerUnavailable.
    """

    address: BrokerAddress
    broker: Callable[[str], Broker]
    client: Callable[[str], AbstractAsyncContextManager[Client]]
    open_cases: Callable[[], Awaitable[CaseStore]]
    open_journal: Callable[[], Awaitable[Journal]]
    open_parked: Callable[[], AbstractAsyncContextManager[ParkedMessages]]
    open_gateway: Callable[[], Awaitable[GatewayStore]]
    open_mail: Callable[[], Awaitable[MailStore]]
    open_webhooks: Callable[[], Awaitable[WebhookStore]]
