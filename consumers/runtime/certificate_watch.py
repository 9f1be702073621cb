"""Watches when the certificates end by which RabbitMQ is reached."""

from functools import partial
from typing import Final

from broker.amqp.address import Address, parse_address
from broker.amqp.certificates import certificate_ends
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.metrics import CertificateMetrics
from consumers.runtime.service import Service

_LOOK_EVERY: Final = 60.0
"""Seconds. It costs a handshake, and shows within minutes that one was renewed."""


async def keep_certificates(service: Service, address: BrokerAddress) -> None:
    """Look until the service is told to stop."""
    reached, metrics = parse_address(address.url), CertificateMetrics(service.registry)
    await service.every(_LOOK_EVERY, partial(_look, reached, metrics))


async def _look(address: Address, metrics: CertificateMetrics) -> None:
    metrics.show(await certificate_ends(address))
