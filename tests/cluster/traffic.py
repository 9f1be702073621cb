"""Complaints while nodes fail: feed them, watch the routing, find every one of them again."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import psutil

from broker.amqp.session import RabbitBroker
from broker.errors import BrokerUnavailable
from broker.messaging import names
from tests.acceptance.program import Program
from tests.chaos.load import submitted
from tests.cluster.nodes import Cluster, ClusterNode
from tests.support.nodes import Management

_BATCH: Final = 250
_WAITING: Final = 2_000
"""Complaints that wait in the intake, so that a pause is never for want of work."""
_LOOK_EVERY: Final = 0.1


@dataclass(slots=True)
class Routing:
    """How many complaints were routed, looked at ten times a second in the program's metrics.

    What counts is confirmed: neither a connection nor a queue can hide a pause from it.
    """

    program: Program
    _looks: list[tuple[float, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Routing":
        self._look()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    @property
    def total(self) -> int:
        return self._looks[-1][1]

    def longest_pause(self, since: float = 0.0) -> float:
        """Seconds, of the monotonic clock, in which nothing was routed; from `since` on."""
        looks = [look for look in self._looks if look[0] >= since]
        longest, (last, total) = 0.0, looks[0]
        for moment, now in looks:
            if now > total:
                longest, last, total = max(longest, moment - last), moment, now
        return longest

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        lines = self.program.get("/metrics")[1].splitlines()
        counted = ("pintu_complaints_routed_total{", "pintu_complaints_triaged_total{")
        total = sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(counted))
        self._looks.append((time.monotonic(), int(total)))


class Feeder:
    """An adapter that keeps some complaints waiting, through a node that the test chooses.

    It sends what was not confirmed again, under the same ids, as adapters do.
    """

    def __init__(self, through: ClusterNode, routed: Callable[[], int]) -> None:
        self.through = through
        self.confirmed = 0
        """The numbers below it were."""
        self._routed = routed

    async def feed(self, enough: Callable[[int], bool]) -> None:
        """Until `enough` of how many are confirmed."""
        while not enough(self.confirmed):
            node = self.through
            broker = RabbitBroker(node.url, name="feeder")
            try:
                async with broker.publisher(names.INTAKE) as out:
                    while self.through is node and not enough(self.confirmed):
                        if self.confirmed - self._routed() >= _WAITING:
                            await asyncio.sleep(_LOOK_EVERY)
                            continue
                        batch = range(self.confirmed, self.confirmed + _BATCH)
                        await out.publish([submitted(number) for number in batch])
                        self.confirmed += _BATCH
            except BrokerUnavailable:
                await asyncio.sleep(0.2)


def leader(cluster: Cluster, queue: str) -> ClusterNode:
    """The node on which the leader of a queue or stream is."""
    name = _listed(cluster.nodes[0])[queue]["node"]
    return next(node for node in cluster.nodes if node.name == name)


def members_missing(asked: ClusterNode, of: int = 3) -> dict[str, int]:
    """Queues and streams of which not every member is there, with how many are."""
    online = {name: len(queue.get("online", ())) for name, queue in _listed(asked).items()}
    return {name: count for name, count in online.items() if count < of}


def connected_to(program: Program, cluster: Cluster) -> set[ClusterNode]:
    """The nodes to which the program holds a connection."""
    held = psutil.Process(program.process.pid).net_connections("tcp")
    ports = {one.raddr.port for one in held if one.raddr and one.status == "ESTABLISHED"}
    return {node for node in cluster.nodes if node.ports.amqp in ports}


def _listed(asked: ClusterNode) -> dict[str, dict[str, Any]]:
    queues = Management(asked.management_url).call("GET", "/queues/%2F")
    return {queue["name"]: queue for queue in queues}
