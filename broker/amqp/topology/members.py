"""The members of replicated queues: how many there are, how many should be, who leads.

A quorum queue or stream lives on as long as most of its members do: three survive one node.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from broker.amqp.topology.difference import Difference, Kind
from broker.amqp.topology.management import Listed
from broker.messaging.topology import Kind as QueueKind
from broker.messaging.topology import Queue

_ENOUGH: Final = 3
"""Members that RabbitMQ gives a quorum queue where there are as many nodes."""
_SHOWN: Final = 20
"""Names of queues in a line."""
_FEW: Final = 10
"""Leaders of which it does not matter where they are."""

Found = Sequence[tuple[Queue, Listed]]


def compare(
    queues: Sequence[Queue], listed: Sequence[Listed], nodes: Sequence[Listed] | None, vhost: str
) -> Iterator[Difference]:
    """Members that are away or were never there; a note where one node leads most queues.

    Args:
        listed: queues as the management API lists them.
        nodes: of the cluster, as it lists them; None where it does not show them.
    """
    found = _replicated(queues, listed)
    yield from _stopped(found)
    yield from _offline(found)
    if nodes is not None:
        yield from _too_few(found, nodes, vhost)
        yield from _crowded(found, nodes)


def missing_members(
    queues: Sequence[Queue], listed: Sequence[Listed], nodes: Sequence[Listed] | None
) -> int:
    """How many members all queues together lack or have offline."""
    found = _replicated(queues, listed)
    away = sum(len(_away(is_)) for _, is_ in found)
    enough = min(_ENOUGH, len(nodes)) if nodes is not None else 0
    return away + sum(max(enough - len(is_["members"]), 0) for _, is_ in found)


def _replicated(queues: Sequence[Queue], listed: Sequence[Listed]) -> Found:
    seen = {each["name"]: each for each in listed if each.get("members")}
    return [(queue, seen[queue.name]) for queue in queues if queue.name in seen]


def _away(is_: Listed) -> set[str]:
    return set(is_["members"]) - set(is_.get("online") or ())


def _stopped(found: Found) -> Iterator[Difference]:
    names = [queue.name for queue, is_ in found if 2 * (len(_away(is_))) >= len(is_["members"])]
    if names:
        says = "most members are offline: it takes and gives nothing until they are back"
        yield Difference(
            Kind.DIFFERS,
            _what(names, found),
            says,
            "start the nodes of the cluster (rabbitmqctl cluster_status)",
            serious=True,
        )


def _offline(found: Found) -> Iterator[Difference]:
    on: Mapping[str, list[str]] = defaultdict(list)
    for queue, is_ in found:
        for node in _away(is_):
            on[node].append(queue.name)
    for node, names in sorted(on.items()):
        remedy = (
            f"start {node}; if it is gone for good: rabbitmq-queues shrink {node}, then"
            " rabbitmq-queues grow to another node"
        )
        says = f"the member on {node} is offline"
        yield Difference(Kind.DIFFERS, _what(names, found), says, remedy)


def _too_few(found: Found, nodes: Sequence[Listed], vhost: str) -> Iterator[Difference]:
    enough = min(_ENOUGH, len(nodes))
    by_members: Mapping[tuple[str, ...], list[Queue]] = defaultdict(list)
    for queue, is_ in found:
        if len(is_["members"]) < enough:
            by_members[tuple(sorted(is_["members"]))].append(queue)
    for members, queues in sorted(by_members.items()):
        others = sorted(node["name"] for node in nodes if node["name"] not in members)
        says = (
            f"{len(members)} of {enough} members, on {', '.join(members)}: the loss of one node may"
            " stop it"
            if len(members) > 1
            else f"1 of {enough} members, on {members[0]} alone: it stops with that node"
        )
        remedy = "; ".join(_growing(queues, others[: enough - len(members)], vhost))
        yield Difference(Kind.DIFFERS, _what([q.name for q in queues], found), says, remedy)


def _growing(queues: Sequence[Queue], nodes: Sequence[str], vhost: str) -> Iterator[str]:
    streams = [queue.name for queue in queues if queue.kind is QueueKind.STREAM]
    for node in nodes:
        if len(streams) < len(queues):
            yield f"rabbitmq-queues grow {node} all --vhost-pattern '^{re.escape(vhost)}$'"
        for name in streams:
            yield f"rabbitmq-streams add_replica {name} {node} --vhost '{vhost}'"
    if len(streams) < len(queues):
        yield "rabbitmq-queues rebalance quorum"


def _crowded(found: Found, nodes: Sequence[Listed]) -> Iterator[Difference]:
    running = [node["name"] for node in nodes if node.get("running", True)]
    leaders = Counter(is_["leader"] for _, is_ in found if is_.get("leader"))
    if len(running) < 2 or leaders.total() <= _FEW:
        return
    node, most = leaders.most_common(1)[0]
    if most * len(running) >= 2 * leaders.total():
        yield Difference(
            Kind.NOTE,
            "leaders",
            f"{node} leads {most} of {leaders.total()} replicated queues, so it does their work",
            "rabbitmq-queues rebalance quorum",
        )


def _what(names: Sequence[str], found: Found) -> str:
    if len(names) == 1:
        return f"queue {names[0]}"
    if len(names) == len(found):
        return f"all {len(names)} replicated queues"
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{len(names)} queues: {shown}{more}"
