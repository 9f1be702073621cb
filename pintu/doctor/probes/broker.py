"""RabbitMQ: which one it is, and all that is asked of it side by side."""

import asyncio
from collections.abc import Mapping
from typing import Final

from broker.amqp.address import Address, parse_address
from broker.amqp.inspecting import Depth, Host, depths, look_at_hosts, try_publishing
from broker.amqp.topology import Difference, verify_topology
from broker.domain.routing.rules import Rules
from broker.errors import PintuError
from broker.messaging import names
from broker.messaging.topology import Topology
from config.broker_sentences import told
from config.language import gettext
from consumers.runtime.topology import topology_of
from pintu.doctor.facts import Broker, Certificate, Management
from pintu.doctor.finding import Seen, absent, seen, unseen
from pintu.doctor.probes import bounded
from pintu.doctor.probes.certificates import of_rabbitmq
from pintu.doctor.probes.management import look_through_management, no_management

_OWN: Final = (names.ROUTER_QUEUE, names.CASES_QUEUE, names.PARKED_QUEUE)


async def look_at_broker(
    url: str, management_url: str | None, rules: Rules | None, *, private: bool, within: float
) -> Broker:
    """Each host first; the rest through whichever answers.

    ``rules``: None where they cannot be loaded: then the topology is not known either.
    """
    address = parse_address(url)
    hosts = await look_at_hosts(address, within)
    answering = [one for one in hosts if one.failure is None]
    certificates = asyncio.create_task(_certificates(address, within))
    if not answering:
        why = gettext("no host of RabbitMQ let this user in")
        return _unreached(address, hosts, why, private, await certificates)
    topology = _topology(rules, answering[0])
    wanted = topology.there
    queues = [queue.name for queue in wanted.queues] if wanted else list(_OWN)
    given = management_url is not None and not private
    waiting, publishing, differences, management = await asyncio.gather(
        bounded.ask(lambda: depths(url, queues), "queues", within),
        bounded.ask(lambda: _publishing(url, within), "publishing", 3 * within),
        bounded.ask(lambda: _differences(url, topology, management_url), "topology", 2 * within),
        _management(url, management_url, address, wanted, within, given=given),
    )
    return Broker(
        address,
        private,
        hosts,
        _needs(topology),
        waiting,
        publishing,
        differences,
        management,
        await certificates,
    )


async def _publishing(url: str, within: float) -> str:
    try:
        await try_publishing(url, within)
    except PintuError as why:
        return told(why) or type(why).__name__
    return ""


async def _differences(
    url: str, topology: Seen[Topology], management_url: str | None
) -> tuple[Difference, ...]:
    return tuple(await verify_topology(url, topology.get(), management_url))


async def _management(
    url: str,
    at: str | None,
    address: Address,
    topology: Topology | None,
    within: float,
    *,
    given: bool,
) -> Management:
    async def look() -> Management:
        return await look_through_management(url, at, address, topology, within, given=given)

    found = await bounded.ask(look, gettext("management API"), 3 * within)
    there = found.there
    return no_management(found.why, given=given) if there is None else there


async def _certificates(address: Address, within: float) -> Seen[tuple[Certificate, ...]]:
    if address.tls is None:
        return absent()
    return await of_rabbitmq(address.hosts, address.tls, within)


def _topology(rules: Rules | None, host: Host) -> Seen[Topology]:
    if rules is None:
        return unseen(gettext("the configuration has errors, so the topology is not known"))
    try:
        return seen(topology_of(rules, host.version or ()))
    except ValueError as why:
        return unseen(told(why))


def _needs(topology: Seen[Topology]) -> Seen[tuple[str, ...]]:
    found = topology.there
    if found is None:
        return unseen(topology.why or gettext("the topology is not known"))
    exchanges = (exchange.name for exchange in found.exchanges)
    return seen((*exchanges, *(queue.name for queue in found.queues)))


def _unreached(
    address: Address,
    hosts: tuple[Host, ...],
    why: str,
    private: bool,
    certificates: Seen[tuple[Certificate, ...]],
) -> Broker:
    depths_: Seen[Mapping[str, Depth]] = unseen(why)
    management = no_management(why, given=False)
    return Broker(
        address,
        private,
        hosts,
        unseen(why),
        depths_,
        unseen(why),
        unseen(why),
        management,
        certificates,
    )
