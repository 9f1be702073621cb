"""Three clients that know nothing of this project: from Debian, for Python, and for Node."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from tests.acceptance.outside import Outside
from tests.support.eventually import PATIENCE

_ROOT: Final = Path(__file__).parents[2]
_FOREIGN: Final = _ROOT / "tests" / "foreign"
_NODE_MODULES: Final = _ROOT / ".cache" / "node" / "node_modules"
"""Where `make setup-test` puts what `package-lock.json` of that folder names."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What an adapter hands to its client."""

    key: str
    body: bytes
    content_type: str | None = None
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Client(Protocol):
    def publish(self, letters: Sequence[Letter]) -> None:
        """All to the intake; where the client knows confirms, all are confirmed."""

    def read(self, queue: str) -> list[bytes]:
        """Take out what is in a queue: the bodies."""


@dataclass(frozen=True, slots=True)
class Pika:
    url: str

    def publish(self, letters: Sequence[Letter]) -> None:
        outside = Outside(self.url)
        for letter in letters:
            outside.publish(
                letter.key,
                letter.body,
                content_type=letter.content_type,
                message_id=letter.message_id,
                headers=dict(letter.headers) or None,
            )
        outside.close()

    def read(self, queue: str) -> list[bytes]:
        outside = Outside(self.url)
        bodies = [message.body for message in outside.drain(queue)]
        outside.close()
        return bodies


@dataclass(frozen=True, slots=True)
class AmqpTools:
    """It knows neither confirms nor a message id, nor a header with a colon in its name."""

    url: str

    def publish(self, letters: Sequence[Letter]) -> None:
        for letter in letters:
            command = ["amqp-publish", "-u", self.url, "-e", "complaints.intake", "-p"]
            command += ["-r", letter.key]
            if letter.content_type is not None:
                command += ["-C", letter.content_type]
            for name, value in letter.headers.items():
                command += ["-H", f"{name}: {value}"]
            subprocess.run(command, input=letter.body, check=True, timeout=PATIENCE)

    def read(self, queue: str) -> list[bytes]:
        bodies: list[bytes] = []
        while True:
            got = subprocess.run(
                ["amqp-get", "-u", self.url, "-q", queue],
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
            if got.returncode:
                return bodies
            bodies.append(got.stdout)


@dataclass(frozen=True, slots=True)
class Node:
    url: str

    def publish(self, letters: Sequence[Letter]) -> None:
        orders = [
            {
                "exchange": "complaints.intake",
                "key": letter.key,
                "body": base64.b64encode(letter.body).decode(),
                "options": {
                    "contentType": letter.content_type,
                    "messageId": letter.message_id,
                    "headers": dict(letter.headers),
                },
            }
            for letter in letters
        ]
        outcomes = self._run("publish", given=orders)
        assert [outcome["outcome"] for outcome in outcomes] == ["confirmed"] * len(letters)

    def read(self, queue: str) -> list[bytes]:
        return [base64.b64decode(message["body"]) for message in self.messages(queue)]

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """With fields and properties, as amqplib names them."""
        return self._run("read", queue)

    def _run(self, *words: str, given: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
        what, *rest = words
        done = subprocess.run(
            ["node", str(_FOREIGN / "client.js"), what, self.url, *rest],
            input="".join(json.dumps(line) + "\n" for line in given).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=os.environ | {"NODE_PATH": str(_NODE_MODULES)},
        )
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]


def can_send(name: str, letter: Letter) -> bool:
    """Whether that client is able to."""
    if name != "amqp-tools":
        return True
    return letter.message_id is None and not any(":" in header for header in letter.headers)


_CLIENTS: Final[Mapping[str, Callable[[str], Client]]] = {
    "amqp-tools": AmqpTools,
    "pika": Pika,
    "node": Node,
}
NAMES: Final = tuple(_CLIENTS)


def client(name: str, url: str) -> Client:
    """That client; where it is not installed the test is skipped, with `CI` set it fails."""
    there = {
        "pika": True,
        "amqp-tools": shutil.which("amqp-publish") is not None,
        "node": shutil.which("node") is not None and (_NODE_MODULES / "amqplib").is_dir(),
    }
    if not there[name]:
        missing = f"{name} is not installed: make setup-test"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(missing)
        pytest.fail(missing)
    return _CLIENTS[name](url)
