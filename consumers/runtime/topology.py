"""The topology of a process: declared at the start, looked at now and then."""

from functools import partial
from typing import Final

import structlog

from broker.amqp.topology import Kind, apply_topology, broker_version, verify_topology
from broker.domain.routing.rules import Rules
from broker.messaging.topology import Topology, topology
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.service import Service

log = structlog.get_logger()

_VERIFY_EVERY: Final = 30.0


async def keep_topology(service: Service, address: BrokerAddress, live_config: LiveConfig) -> None:
    """Declare it, tell the parts that wait for it, and watch over it until stopped."""
    wanted = await service.patiently(
        lambda: declared_topology(address, live_config.rules), "topology"
    )
    if wanted is None:
        return
    live_config.topology = wanted
    service.health.holds("topology")
    service.declared.set()
    await service.sleep(_VERIFY_EVERY)
    await service.every(_VERIFY_EVERY, partial(_verify, service, address, live_config))


def topology_of(rules: Rules, version: tuple[int, ...]) -> Topology:
    """What these rules ask for on that version of RabbitMQ.

    Also for agencies that are not active today: tomorrow they may be, and what one that is gone
    was given may still lie in its queue.

    Raises:
        ValueError: the version is too old.
    """
    return topology(
        rules.agencies, rules.channels, broker_version=version, retention=rules.retention
    )


async def declared_topology(address: BrokerAddress, rules: Rules) -> Topology:
    """Declare what the configuration asks for; gives what was declared.

    Raises:
        BrokerUnavailable: try again later.
        TopologyConflict: an operator has to act.
    """
    wanted = topology_of(rules, await broker_version(address.url))
    # Declaring what stands already takes seconds; looking at it takes a fraction of one.
    found = await verify_topology(address.url, wanted, address.management_url, light=True)
    if any(difference.serious or difference.kind is Kind.NOTE for difference in found):
        report = await apply_topology(address.url, wanted, management_url=address.management_url)
        found = list(report.differences)
    for difference in found:
        log.warning("topology.differs", difference=str(difference))
    return wanted


async def _verify(service: Service, address: BrokerAddress, live_config: LiveConfig) -> None:
    """An agency queue that somebody deleted would otherwise go unnoticed: others take the event."""
    wanted = live_config.topology
    if wanted is None:
        return
    found = await verify_topology(address.url, wanted, address.management_url, light=True)
    damage = [difference for difference in found if difference.serious]
    if damage:
        first = "; ".join(str(difference) for difference in damage[:3])
        service.health.fails("topology", first)
        log.error("topology.damaged", differences=len(damage), first=first)
    else:
        service.health.holds("topology")
