"""Between a foreign client and RabbitMQ: passes every frame on, and writes down what it says."""

from broker.amqp.relay.relay import Relay, relay
from broker.amqp.relay.seen import (
    Consumption,
    Deed,
    Delivered,
    Fault,
    Faults,
    Link,
    Published,
    Seen,
)

__all__ = [
    "Consumption",
    "Deed",
    "Delivered",
    "Fault",
    "Faults",
    "Link",
    "Published",
    "Relay",
    "Seen",
    "relay",
]
