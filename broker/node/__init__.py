"""A private RabbitMQ node: for whoever has not set PINTU_AMQP_URL."""

from broker.node.errors import GivenUpError, NodeError, NotInstalledError, StartFailedError
from broker.node.lifecycle import Node, open_node
from broker.node.private import PrivateNode, private_node

__all__ = [
    "GivenUpError",
    "Node",
    "NodeError",
    "NotInstalledError",
    "PrivateNode",
    "StartFailedError",
    "open_node",
    "private_node",
]
