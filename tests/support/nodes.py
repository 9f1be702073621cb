"""Real RabbitMQ nodes for the tests: on free loopback ports, gone when the tests are."""

import base64
import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any
from uuid import uuid4

from broker.node import Node, open_node
from tests.support.eventually import eventually


class OwnRabbit:
    """A node that a test may kill and start again; the same data, ports, user and password."""

    def __init__(self, state_dir: Path, *, management: bool = True) -> None:
        self._state_dir = state_dir
        self._management = management
        self._node = self._open()

    @property
    def url(self) -> str:
        """`amqp://…/%2F`, the same before and after a restart."""
        return self._node.url

    @property
    def management_url(self) -> str | None:
        return self._node.management_url

    @property
    def node(self) -> Node:
        return self._node

    def kill(self) -> None:
        """`kill -9`; it stays down until `start`.

        RabbitMQ before 3.13.3 writes the name of a new quorum queue to disk only a second later,
        and loses the queue if it is killed before: see `wait_until_saved`.
        """
        self._node.kill()
        assert self._node.wait_until_ended(20.0)

    def wait_until_saved(self, queue: str) -> None:
        """Wait until this quorum queue would survive `kill`."""
        files = list((self._state_dir / "node" / "data").glob("*/quorum/*/names.dets"))
        name = f"_{queue}".encode()
        eventually(
            lambda: any(name in file.read_bytes() for file in files),
            saying=f"RabbitMQ did not write the name of {queue} to disk",
        )

    def stop(self) -> None:
        """Shut down in good order."""
        self._node.stop()

    def start(self) -> None:
        """Up again after `kill` or `stop`."""
        before = self._node
        self._node = self._open()
        assert self._node.url == before.url, "somebody took the node's port meanwhile"

    def management(self) -> "Management":
        assert self._node.management_url
        return Management(self._node.management_url)

    def _open(self) -> Node:
        return open_node(self._state_dir, management=self._management, restart=False)


class Management:
    """The few calls of RabbitMQ's management API that tests need; `url` has the credentials."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self._root = f"{parts.scheme}://{parts.hostname}:{parts.port}/api"
        self.user = urllib.parse.unquote(parts.username or "")
        secret = f"{self.user}:{urllib.parse.unquote(parts.password or '')}"
        self._authorization = f"Basic {base64.b64encode(secret.encode()).decode()}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """`path` begins with a slash, its parts quoted. The answer's JSON, None if empty."""
        request = urllib.request.Request(
            self._root + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": self._authorization, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def add_vhost(self) -> str:
        """A new, empty virtual host in which this user may do everything; its name."""
        name = f"t-{uuid4().hex[:12]}"
        self.call("PUT", f"/vhosts/{name}")
        allowed = {"configure": ".*", "write": ".*", "read": ".*"}
        self.call("PUT", f"/permissions/{name}/{self.user}", allowed)
        return name

    def delete_vhost(self, name: str) -> None:
        """With all its queues and connections."""
        self.call("DELETE", f"/vhosts/{name}")


def in_vhost(url: str, vhost: str) -> str:
    """The same broker and user, another virtual host."""
    return f"{url.rsplit('/', 1)[0]}/{urllib.parse.quote(vhost, safe='')}"
