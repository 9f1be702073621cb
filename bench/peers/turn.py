"""One turn of one program: flat out, then at steady rates, on a topology that was emptied."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aio_pika

from bench.peers.flat_out import Queues, flat_out
from bench.peers.latency import latency
from bench.peers.load import Load
from bench.peers.measured import rabbitmq_of, running
from bench.peers.programs import Peer
from bench.peers.results import RATES, Milliseconds, Round
from bench.support.node import emptied
from broker.amqp.session import RabbitBroker
from broker.messaging import names


@dataclass(frozen=True, slots=True)
class Stage:
    """The node and its folder, and what is sent."""

    url: str
    folder: Path
    with_category: Load
    from_text: Load

    async def turn(self, peer: Peer, count: int, seconds: int) -> Round:
        """Raises Ended when the program fails, or loses or misplaces a message."""
        load = self.from_text if peer.from_text else self.with_category
        keys, state = self.folder / "keys", self.folder / f"{peer.name}-{uuid4().hex[:6]}"
        state.mkdir()
        load.write_keys(keys)
        await self._empty()
        await self._fill(load, count)
        environment = peer.environment(self.url, keys, state)
        async with (
            await aio_pika.connect(self.url) as connection,
            running(peer.command, environment, state / "log") as program,
        ):
            queues = Queues(await connection.channel())
            found = await flat_out(program, rabbitmq_of(self.folder), queues, load, count)
            waits = {}
            for rate in RATES:
                await self._empty()
                took = await latency(program, self.url, load, rate, seconds)
                waits[str(rate)] = Milliseconds(p50=round(took.p50, 3), p99=round(took.p99, 3))
        return Round(
            rate=round(found.rate, 1),
            client_cpu_us=round(found.client_cpu, 2),
            rabbitmq_cpu_us=round(found.rabbitmq_cpu, 2),
            resident_mib=round(found.resident, 1),
            latency_ms=waits,
        )

    async def _empty(self) -> None:
        await emptied(
            self.url,
            names.ROUTER_QUEUE,
            names.CASES_QUEUE,
            names.TRIAGE_QUEUE,
            names.channel_queue("web"),
        )

    async def _fill(self, load: Load, count: int) -> None:
        run = uuid4().hex[:8]
        async with RabbitBroker(self.url, name="bench filler").publisher(names.INTAKE) as publisher:
            for batch in load.batches(run, count):
                await publisher.publish(batch)
