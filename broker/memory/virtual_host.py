"""Exchanges and queues of one process, and what is wrong with them."""

from collections.abc import Callable

from broker.errors import BrokerUnavailable
from broker.memory.exchanges import Exchange
from broker.memory.outages import Outages
from broker.memory.queues import Message, Queue
from broker.messaging.messages import Outgoing
from broker.messaging.names import DEFAULT_EXCHANGE
from broker.messaging.reply_to import PREFIX, node_of
from broker.messaging.topology import Topology
from broker.ports import PROBE_WITHIN
from schemas.properties import Properties


class VirtualHost:
    """What passes through it is routed as RabbitMQ does. Queues that a test reads without a session
    are in ``queues``: what is ready lies in ``queues[name].ready``. ``probe_within``: see the port.
    """

    def __init__(self, topology: Topology | None = None) -> None:
        self.exchanges: dict[str, Exchange] = {}
        self.queues: dict[str, Queue] = {}
        self.askers: dict[str, Callable[[Message], None]] = {}
        """Who waits for answers by direct reply-to, by the name that RabbitMQ would have made."""
        self.outages = Outages()
        self.probe_within = PROBE_WITHIN
        if topology is not None:
            self._declare(topology)

    def declare_exchange(self, name: str, type: str, alternate: str | None = None) -> None:
        self.exchanges[name] = Exchange(type, alternate)

    def declare_queue(self, name: str, single_active: bool = False) -> None:
        self.queues[name] = Queue(single_active)

    def delete_queue(self, name: str) -> None:
        del self.queues[name]
        for exchange in self.exchanges.values():
            exchange.bindings = [bound for bound in exchange.bindings if bound[0] != name]

    def bind(self, exchange: str, queue: str, routing_key: str) -> None:
        self.exchanges[exchange].bindings.append((queue, routing_key))

    def put(self, exchange: str, routing_key: str, body: bytes, properties: Properties) -> bool:
        """Publish like any client from outside; False where it reached no queue."""
        if exchange and exchange not in self.exchanges:
            raise BrokerUnavailable(f"no exchange {exchange!r}")
        if exchange == DEFAULT_EXCHANGE and routing_key.startswith(PREFIX):
            self._answer(Message(exchange, routing_key, body, properties))
            return False  # as RabbitMQ has it: that is no queue, whoever gets it
        found = self._route(exchange, routing_key)
        for queue in found:
            if queue not in self.outages.down:
                self.queues[queue].put(Message(exchange, routing_key, body, properties))
        return bool(found)

    def is_down(self, message: Outgoing) -> bool:
        """Whether a queue that a message goes to has no quorum."""
        if not self.outages.down:
            return False
        return not self.outages.down.isdisjoint(self._route(message.exchange, message.routing_key))

    def _answer(self, message: Message) -> None:
        """To nobody, where who asked is gone. RabbitMQ 3.10 fails on a name that it cannot read."""
        if node_of(message.routing_key) is None:
            raise BrokerUnavailable("an answer under a name that the broker has not made")
        if (asker := self.askers.get(message.routing_key)) is not None:
            asker(message)

    def _route(self, exchange: str, routing_key: str) -> list[str]:
        if exchange == DEFAULT_EXCHANGE:
            return [routing_key] if routing_key in self.queues else []
        found = self.exchanges[exchange].queues(routing_key)
        alternate = self.exchanges[exchange].alternate
        return found or (self._route(alternate, routing_key) if alternate else [])

    def _declare(self, topology: Topology) -> None:
        for exchange in topology.exchanges:
            alternate = exchange.arguments.get("alternate-exchange")
            self.declare_exchange(exchange.name, exchange.type, str(alternate or "") or None)
        for queue in topology.queues:
            self.declare_queue(queue.name, queue.arguments.get("x-single-active-consumer") is True)
        for binding in topology.bindings:
            self.bind(binding.exchange, binding.queue, binding.routing_key)
