"""The topology on a broker: declare it, compare with it, explain what stands in the way."""

from broker.amqp.topology.declare import Report, apply_topology, broker_version
from broker.amqp.topology.difference import Difference, Kind
from broker.amqp.topology.verify import verify_topology

__all__ = [
    "Difference",
    "Kind",
    "Report",
    "apply_topology",
    "broker_version",
    "verify_topology",
]
