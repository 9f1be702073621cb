"""The gateway from outside: plain HTTP, as a portal without any library would speak it."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import PATIENCE, eventually


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()
    """Every `Set-Cookie`."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Door:
    """One gateway, and the keys that were made for it."""

    def __init__(self, program: Program, address: str) -> None:
        self.program = program
        self.address = address
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._keys: dict[str, str] = {}

    @property
    def settings(self) -> dict[str, str]:
        """Of a command beside it."""
        return {"STATE_DIR": str(self.program.state_dir), "CONFIG_DIR": str(TOWN)}

    def key(self, of: str, *more: str) -> str:
        """A key for a channel or `agency:CODE`, made once."""
        if (found := self._keys.get(" ".join((of, *more)))) is not None:
            return found
        done = pintu("key", "add", of, *more, settings=self.settings)
        assert done.returncode == 0, done.stderr
        made = done.stdout.decode().strip()
        self._keys[" ".join((of, *more))] = made
        return made

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        within: float = PATIENCE,
    ) -> Answer:
        """One request on a connection of its own; `key`: whose, as `pintu key add` takes it."""
        sent = {"Accept-Language": "en", **(headers or {})}
        if key is not None:
            sent["Authorization"] = f"Bearer {self.key(key)}"
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self._host, self._port, timeout=within)
        try:
            connection.request(method, path, raw, sent)
            answer = connection.getresponse()
            cookies = tuple(answer.headers.get_all("set-cookie", ()))
            return Answer(answer.status, dict(answer.getheaders()), answer.read(), cookies)
        finally:
            connection.close()

    def files(self, text: str, channel: str = "web", id: str | None = None, **more: Any) -> Any:
        """A complaint that is taken in; what the gateway says of it."""
        headers = {"Idempotency-Key": id} if id else None
        body = {"text": text, **more}
        answer = self.call("POST", "/v1/complaints", body, key=channel, headers=headers)
        assert answer.status == 202, answer.body
        return answer.json

    def state(self, filed: Any, channel: str = "web") -> str | None:
        """Of a case, as its channel sees it; None while it is not there."""
        answer = self.call("GET", f"/v1/complaints/{filed['tracking']}", key=channel)
        return answer.json["state"] if answer.status == 200 else None

    def until(self, filed: Any, *states: str, channel: str = "web") -> str:
        """Wait until its case is in one of these states."""
        return str(
            eventually(
                lambda: (state := self.state(filed, channel)) in states and state,
                saying=f"it is {states}",
            )
        )


def door_of(program: Program) -> Door:
    """The gateway of a program that runs one."""

    def address() -> str | None:
        lines = [line for line in program.log() if line["event"] == "gateway.serves"]
        return str(lines[0]["gateway"]) if lines else None

    return Door(program, eventually(address, saying="the gateway says where it serves"))
