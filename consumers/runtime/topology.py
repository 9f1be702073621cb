"""The topology of a process: declared at the start, watched from then on."""

from functools import partial

import structlog

from broker.amqp.topology import apply_topology, broker_version, look_at
from broker.domain.routing.rules import Rules
from broker.errors import REFUSALS
from broker.messaging.topology import Topology, topology
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import TopologyMetrics
from consumers.runtime.service import Service
from consumers.runtime.topology_watch import TopologyWatch

log = structlog.get_logger()


async def keep_topology(service: Service, address: BrokerAddress, live_config: LiveConfig) -> None:
    """Declare it, tell the parts that wait for it, and watch over it until stopped.

    Raises:
        LoginRefused, TrustRefused: by a RabbitMQ that has never let this process in; later on a
            password or a certificate may just be being changed, so that is tried again.
        TopologyConflict: an operator has to act.
    """
    # This first connection tells a mistake in the settings from an outage.
    version = await service.patiently(
        partial(broker_version, address.url), "topology", final=REFUSALS
    )
    if version is None:
        return
    wanted = await service.patiently(
        lambda: declared_topology(address, live_config.rules), "topology"
    )
    if wanted is None:
        return
    live_config.topology = wanted
    service.health.holds("topology")
    service.declared.set()
    watch = TopologyWatch(
        service.health, address, live_config, TopologyMetrics(service.registry), topology_of
    )
    while not service.stop.is_set():
        wait = await service.unless_stopped(watch.step())
        await service.sleep(wait or 0.0)


def topology_of(rules: Rules, version: tuple[int, ...]) -> Topology:
    """What these rules ask for on that version of RabbitMQ.

    Also for agencies that are not active today: tomorrow they may be, and what one that is gone
    was given may still lie in its queue.

    Raises:
        ValueError: the version is too old.
    """
    return topology(
        rules.agencies,
        rules.channels,
        broker_version=version,
        retention=rules.retention,
        mail=rules.contacts.keys(),
    )


async def declared_topology(address: BrokerAddress, rules: Rules) -> Topology:
    """Declare what the configuration asks for; gives what was declared.

    Raises:
        BrokerUnavailable: try again later.
        TopologyConflict: an operator has to act.
    """
    wanted = topology_of(rules, await broker_version(address.url))
    # Declaring what stands already takes seconds; looking at it takes a fraction of one.
    look = await look_at(address.url, wanted, address.management_url, light=True)
    found = look.differences
    if not look.bindings_seen or any(difference.serious for difference in found):
        report = await apply_topology(address.url, wanted, management_url=address.management_url)
        found = report.differences
    for difference in found:
        log.warning("topology.differs", difference=str(difference))
    return wanted
