"""A private RabbitMQ node: for whoever has not set PINTU_AMQP_URL."""

from broker.amqp.node.errors import GivenUpError, NodeError, NotInstalledError, StartFailedError
from broker.amqp.node.lifecycle import Node, open_node
from broker.amqp.node.private import PrivateNode, private_node

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
