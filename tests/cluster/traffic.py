"""Complaints while nodes fail: feed them, watch the routing, find every one of them again."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psutil

from broker.amqp.session import RabbitBroker
from broker.errors import BrokerUnavailable
from broker.messaging import names
from tests.acceptance.program import Program
from tests.chaos.load import submitted
from tests.cluster.nodes import Cluster, ClusterNode
from tests.support.eventually import eventually
from tests.support.nodes import Management

_BATCH: Final = 250
_WAITING: Final = 2_000
"""Complaints that wait in the intake, so that a pause is never for want of work."""
_LOOK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing was routed, though complaints waited: from when on, of the monotonic clock."""

    begin: float
    seconds: float


class Traffic:
    """An adapter that keeps some complaints waiting, and somebody who counts what is routed.

    The adapter sends what was not confirmed again, under the same ids, as adapters do; the test
    chooses through which node. Routed counts what the program's metrics say, ten times a second:
    it is confirmed, and neither a connection nor a queue of the observer's can hide a pause.
    """

    def __init__(self, program: Program, through: ClusterNode) -> None:
        self.through = through
        self.connected: ClusterNode | None = None
        self.confirmed = 0
        """The numbers below it were."""
        self._program = program
        self._looks: list[tuple[float, int, bool]] = []
        """When, how many were routed, whether any waited."""
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Traffic":
        self._look()
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()

    @property
    def routed(self) -> int:
        return self._looks[-1][1]

    async def feed(self, enough: Callable[[int], bool]) -> None:
        """Until `enough` of how many are confirmed."""
        while not enough(self.confirmed):
            node = self.through
            broker = RabbitBroker(node.url, name="feeder")
            try:
                async with broker.publisher(names.INTAKE) as out:
                    self.connected = node
                    while self.through is node and not enough(self.confirmed):
                        if self.confirmed - self.routed >= _WAITING:
                            await asyncio.sleep(_LOOK_EVERY)
                            continue
                        batch = range(self.confirmed, self.confirmed + _BATCH)
                        await out.publish([submitted(number) for number in batch])
                        self.confirmed += _BATCH
            except BrokerUnavailable:
                await asyncio.sleep(0.2)

    def pauses(self, since: float, longer_than: float = 1.0) -> list[Pause]:
        """All that ended after `since`, the time before it left out."""
        found: list[Pause] = []
        begin, total = since, 0
        for moment, routed, waited in self._looks:
            if routed > total or not waited:
                if moment - begin > longer_than:
                    found.append(Pause(begin, moment - begin))
                begin, total = max(moment, since), routed
        return found

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        lines = self._program.get("/metrics")[1].splitlines()
        counted = ("pintu_complaints_routed_total{", "pintu_complaints_triaged_total{")
        total = int(
            sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(counted))
        )
        self._looks.append((time.monotonic(), total, self.confirmed > total))


def leader(cluster: Cluster, queue: str) -> ClusterNode:
    """The node on which the leader of a queue or stream is; it is listed a moment late."""
    name = eventually(lambda: _listed(cluster.nodes[0]).get(queue, {}).get("node"))
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
