"""The routing key of each message, for relays that decide nothing.

The bench writes the router's decisions into a file, a routing key a line; the number at the end of
a message's id says which line is its own, counted round. So every relay publishes what the router
would, without reading the complaint. Nothing but the standard library: relays have environments of
their own.
"""

import os
from collections.abc import Callable
from pathlib import Path

URL = "PEER_URL"
"""Variable of the environment: RabbitMQ."""
TABLE = "PEER_KEYS"
"""Variable of the environment: the file of routing keys."""


def given() -> tuple[str, Callable[[str], str]]:
    """What a relay is started with: the URL, and the key of a message by its id."""
    keys = Path(os.environ[TABLE]).read_text("utf-8").split()
    return os.environ[URL], lambda message_id: key_of(message_id, keys)


def key_of(message_id: str, keys: list[str]) -> str:
    """The line of ``RUN-NUMBER``."""
    return keys[int(message_id.rpartition("-")[2]) % len(keys)]
