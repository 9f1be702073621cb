"""What a user does on RabbitMQ, by a client of others, and what RabbitMQ says to it."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pika  # type: ignore[import-untyped] # -- it has no types
from pika.adapters.blocking_connection import (  # type: ignore[import-untyped]
    BlockingChannel,
    BlockingConnection,
)
from pika.exceptions import ChannelClosedByBroker  # type: ignore[import-untyped]

from broker.amqp.address import parse_address
from pintu.access.folder import AccessFolder

AGENCIES: Final = ("dlh", "dpupr", "gone")
CHANNELS: Final = ("web", "sms")
PERSONS: Final = ("sri",)

Work = Callable[[BlockingChannel], object]
_REFUSED: Final = 403
_IN_USE: Final = 406
"""RabbitMQ would let this user delete it, were it not in use."""


@dataclass(frozen=True)
class World:
    """A virtual host with the topology, and where its users' secrets are."""

    url: str
    management_url: str
    vhost: str
    folder: AccessFolder

    def url_of(self, user: str) -> str:
        return (self.folder.secrets / user).read_text().strip()

    @contextmanager
    def connected(self, user: str) -> Iterator[BlockingConnection]:
        connection = pika.BlockingConnection(pika.URLParameters(self.url_of(user)))
        try:
            yield connection
        finally:
            if connection.is_open:
                connection.close()

    def call(self, user: str, method: str, path: str, body: Any = None) -> int:
        """The status that the management API answers; `{vhost}` in the path is filled in."""
        where = urllib.parse.urlsplit(self.management_url)
        login = f"{user}:{parse_address(self.url_of(user)).password}"
        request = urllib.request.Request(
            f"http://{where.hostname}:{where.port}/api{path.format(vhost=self.vhost)}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code


def is_allowed(connection: BlockingConnection, work: Work) -> bool:
    """Whether RabbitMQ lets the user of this connection do it, on a channel of its own."""
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        work(channel)
    except ChannelClosedByBroker as closed:
        if closed.reply_code == _IN_USE and "in use" in closed.reply_text:
            return True
        if closed.reply_code != _REFUSED:
            raise
        return False
    channel.close()
    return True
