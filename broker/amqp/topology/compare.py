"""The topology of the configuration against what the management API shows. No input or output."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broker.amqp.topology import explain, members
from broker.amqp.topology.difference import APPLY, Difference, Kind, missing, named
from broker.amqp.topology.management import Listed
from broker.messaging import names
from broker.messaging.topology import Exchange, Queue, Topology
from broker.messaging.topology import Kind as QueueKind

_LIMITING: Final = ("max-length", "max-length-bytes", "message-ttl", "expires", "delivery-limit")
"""Keys of a policy that can make a queue drop messages or vanish."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Objects of one virtual host, and the nodes of the cluster, as the management API lists them;
    None where it does not show them."""

    exchanges: Sequence[Listed] | None = None
    queues: Sequence[Listed] | None = None
    bindings: Sequence[Listed] | None = None
    nodes: Sequence[Listed] | None = None
    vhost: str = "/"


def compare(topology: Topology, seen: Seen, absent: Collection[str] = ()) -> list[Difference]:
    """Every departure of what is seen: missing, differing, and what should not be there.

    ``absent``: what is known to be missing where the queues are not seen.
    """
    left = leftovers(topology, seen.queues or ())
    found: list[Difference] = []
    if seen.exchanges is not None:
        found += _exchanges(topology.exchanges, {each["name"]: each for each in seen.exchanges})
    if seen.queues is not None:
        found += _queues(topology.queues, {each["name"]: each for each in seen.queues})
        found += members.compare(topology.queues, seen.queues, seen.nodes, seen.vhost)
        listed = {queue["name"] for queue in seen.queues}
        absent = {named(queue) for queue in topology.queues if queue.name not in listed}
    if seen.bindings is not None:
        found += _bindings(
            topology, seen.bindings, absent, {difference.what for difference in left}
        )
    return [*found, *left]


def leftovers(topology: Topology, queues: Sequence[Listed]) -> list[Difference]:
    """Queues of agencies and channels that the configuration has no more; never deleted."""
    ours = {queue.name for queue in topology.queues}
    return [
        Difference(
            Kind.EXTRA,
            f"queue {found['name']}",
            f"is not in the configuration; holds {found.get('messages') or 0} messages",
            f"when it is empty and nobody reads it: rabbitmqctl delete_queue {found['name']}",
        )
        for found in queues
        if found["name"] not in ours and found["name"].startswith(_PREFIXES)
    ]


_PREFIXES: Final = (names.agency_queue(""), names.channel_queue(""))


def _exchanges(wanted: Sequence[Exchange], found: Mapping[str, Listed]) -> Iterator[Difference]:
    for exchange in wanted:
        if (is_ := found.get(exchange.name)) is None:
            yield missing(exchange)
            continue
        says = []
        for name, should in (("type", exchange.type), ("durable", True), ("auto_delete", False)):
            if is_[name] != should:
                says.append(f"{name} is {is_[name]}, should be {should}")
        if dict(is_["arguments"]) != dict(exchange.arguments):
            says.append(f"arguments are {is_['arguments']}, should be {dict(exchange.arguments)}")
        if says:
            yield explain.exchange_differs(exchange, says)


def _queues(wanted: Sequence[Queue], found: Mapping[str, Listed]) -> Iterator[Difference]:
    for queue in wanted:
        if (is_ := found.get(queue.name)) is None:
            yield missing(queue)
        else:
            yield from explain.of_queue(queue, is_["arguments"])
            yield from _policies(queue, is_.get("effective_policy_definition") or {})


def _policies(queue: Queue, policy: Listed) -> Iterator[Difference]:
    if queue.kind is QueueKind.STREAM:
        return  # its bounds are meant to be tightened where disks are small
    for key in _LIMITING:
        own = queue.arguments.get(f"x-{key}")
        if key in policy and (own is None or policy[key] < own):
            says = f"a policy sets {key} to {policy[key]}, so it may drop messages"
            remedy = "keep the policy away from this queue (rabbitmqctl list_policies)"
            yield Difference(Kind.DIFFERS, f"queue {queue.name}", says, remedy, serious=True)


def _bindings(
    topology: Topology, listed: Sequence[Listed], absent: Collection[str], left: set[str]
) -> Iterator[Difference]:
    wanted = {(b.exchange, b.queue, b.routing_key): b for b in topology.bindings}
    found = {
        (b["source"], b["destination"], b["routing_key"])
        for b in listed
        if b["destination_type"] == "queue"
    }
    for each in sorted(wanted.keys() - found):
        if f"queue {wanted[each].queue}" not in absent:  # else the missing queue says it all
            yield missing(wanted[each])
    exchanges = {exchange.name for exchange in topology.exchanges}
    queues = {queue.name for queue in topology.queues}
    for binding in listed:
        source, target, key = binding["source"], binding["destination"], binding["routing_key"]
        if not source or (source, target, key) in wanted or f"queue {target}" in left:
            continue
        if target in queues or target in exchanges:
            says = "is not in the configuration: the queue gets messages that are not meant for it"
            remedy = f"remove it in the management UI or with rabbitmqadmin; {APPLY} does not"
            yield Difference(Kind.EXTRA, f"binding {source} -> {target} {key!r}", says, remedy)
        elif source in exchanges:
            says = "is not ours; whoever reads it sees these messages too"
            yield Difference(Kind.NOTE, f"binding {source} -> {target} {key!r}", says)
