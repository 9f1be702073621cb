"""The topology on a broker: declare it, compare with it, explain what stands in the way."""

from broker.amqp.topology.declare import Report, apply_topology, broker_version, declare_missing
from broker.amqp.topology.difference import Difference, Kind
from broker.amqp.topology.verify import Look, look_at, missing_queues, verify_topology

__all__ = [
    "Difference",
    "Kind",
    "Look",
    "Report",
    "apply_topology",
    "broker_version",
    "declare_missing",
    "look_at",
    "missing_queues",
    "verify_topology",
]
