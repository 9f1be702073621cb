"""The examples that take events by webhook: what is genuine is kept once and in order, before it
is answered. Signed by the library of Standard Webhooks."""

import base64
import http.client
import json
import resource
import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from standardwebhooks import Webhook

from tests.acceptance.gateway.http_examples import LANGUAGES, Example, Language, Running
from tests.support.eventually import PATIENCE, eventually

pytestmark = pytest.mark.slow

SECRET: Final = f"whsec_{base64.b64encode(b'k' * 24).decode()}"
OLD: Final = f"whsec_{base64.b64encode(b'o' * 24).decode()}"
HERE: Final = [language for language in LANGUAGES if "receiver" in language.programs]
CODE: Final = "2MGT-KCJF-MWD9"


def an_event(id: str, verb: str = "routed", note: str | None = None) -> bytes:
    event = {
        "specversion": "1.0",
        "id": id,
        "source": "/pintu/cases",
        "type": f"complaint.{verb}.v1",
        "subject": "6f3b1c52-8f0e-4d5a-9b9e-0d4b6a6f2c11",
        "datacontenttype": "application/json",
        "data": {"tracking": CODE, "note": note},
    }
    return json.dumps(event, ensure_ascii=False).encode()


def signed(id: str, body: bytes, *secrets: str, ago: int = 0) -> dict[str, str]:
    """The headers of a delivery, signed so many seconds ago."""
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    return {
        "Content-Type": "application/cloudevents+json",
        "webhook-id": id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(
            Webhook(one).sign(id, moment, body.decode()) for one in secrets or (SECRET,)
        ),
    }


@dataclass
class Receiver:
    """A receiver on a port of its own."""

    example: Example
    port: int
    secret: str = SECRET

    def posts(self, body: bytes, headers: Mapping[str, str]) -> int:
        """One delivery; the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/pintu", body, dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()

    def takes(self, id: str, body: bytes, *secrets: str, ago: int = 0) -> int:
        return self.posts(body, signed(id, body, *secrets, ago=ago))

    def running(self) -> AbstractContextManager[Running]:
        """A context in which it serves."""
        language = self.example.language
        command = language.run("receiver", self.example.classes)
        at = f"127.0.0.1:{self.port}"
        if language.name == "php":
            command = ["php", "-S", at, *command[1:]]
        else:
            command = [*command, "serve", str(self.port)]
        return self.example.running("receiver", command=command, SECRET=self.secret)

    def works(self) -> AbstractContextManager[Running]:
        """A context in which what was kept is done."""
        return self.example.running("receiver", "work", SECRET=self.secret, EVERY="0.1")

    def answers(self) -> bool:
        try:
            return self.posts(b"{}", {}) == 401
        except OSError:
            return False


def a_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(params=HERE, ids=lambda language: language.name)
def receiver(request: pytest.FixtureRequest, classes: Path, tmp_path: Path) -> Receiver:
    language: Language = request.param
    language.skip_where_missing()
    return Receiver(Example(language, tmp_path, classes), a_port())


@pytest.fixture
def serving(receiver: Receiver) -> Iterator[Running]:
    with receiver.running() as running:
        eventually(receiver.answers, saying="it serves")
        yield running


def test_what_is_genuine_is_kept_once_and_done_in_order(
    receiver: Receiver, serving: Running
) -> None:
    told = [("e1", "routed", None), ("e2", "held", "Di mana? “Gang 3”"), ("e3", "withdrawn", None)]
    for id, verb, note in told:
        assert receiver.takes(id, an_event(id, verb, note)) == 204
        assert receiver.takes(id, an_event(id, verb, note)) == 204  # it comes twice
    body = an_event("e4", "closed")
    assert receiver.takes("e4", body, OLD, SECRET) == 204  # while the secret is changed
    with receiver.works() as working:
        working.says(f"{CODE} closed")
        lines = [line.strip() for line in working.lines()]
    assert lines == [
        *(f"{CODE} routed", f"{CODE} held Di mana? “Gang 3”"),
        *(f"{CODE} withdrawn", f"{CODE} closed"),
    ]


def test_what_is_not_genuine_is_refused_and_not_kept(receiver: Receiver, serving: Running) -> None:
    body = an_event("e1")
    right = signed("e1", body)
    wrong: list[tuple[bytes, dict[str, str]]] = [
        (body, signed("e1", body, OLD)),
        (body + b" ", right),
        (body, signed("e1", body, ago=600)),
        (body, signed("e1", body, ago=-600)),
        (body, right | {"webhook-id": "e2"}),
        (body, right | {"webhook-timestamp": "yesterday"}),
        (body, right | {"webhook-signature": "v1,"}),
        (body, right | {"webhook-signature": right["webhook-signature"][:-4]}),
        (body, {name: value for name, value in right.items() if name != "webhook-signature"}),
        (body, {"Content-Type": "application/json"}),
    ]
    assert [receiver.posts(*one) for one in wrong] == [401] * len(wrong)
    large = json.dumps({"x": "y" * (2 << 20)}).encode()
    with suppress(ConnectionResetError, BrokenPipeError):  # refused before all of it was sent
        assert receiver.takes("e3", large) == 413
    assert receiver.takes("last", an_event("last", "closed")) == 204
    with receiver.works() as working:
        working.says(f"{CODE} closed")
        assert len(working.lines()) == 1


def test_what_was_answered_outlives_a_kill_at_that_moment(receiver: Receiver) -> None:
    with receiver.running():
        eventually(receiver.answers, saying="it serves")
        assert receiver.takes("e1", an_event("e1", "held", "pertama")) == 204
    with receiver.running():  # the one before was killed
        eventually(receiver.answers, saying="it serves again")
        assert receiver.takes("e1", an_event("e1", "held", "pertama")) == 204
        assert receiver.takes("e2", an_event("e2", "withdrawn")) == 204
        with receiver.works() as working:
            working.says(f"{CODE} withdrawn")  # so the one before it is done
        assert receiver.takes("e3", an_event("e3", "closed")) == 204
        with receiver.works() as working:
            working.says(f"{CODE} closed")
            lines = [line.strip() for line in working.lines()]
    assert lines.count(f"{CODE} held pertama") == 1


def test_what_cannot_be_kept_is_not_answered_as_if_it_were(receiver: Receiver) -> None:
    with receiver.running() as running:
        eventually(receiver.answers, saying="it serves")
        assert receiver.takes("e1", an_event("e1", "held", "pertama")) == 204
        # From here on no file of its grows, as on a full disk.
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (0, 0))
        try:
            status = receiver.takes("e2", an_event("e2", "held", "kedua"))
        except (OSError, http.client.HTTPException):
            status = 0  # what gives no answer gets it again too
        assert status in (0, 503)
    with receiver.running():
        eventually(receiver.answers, saying="it serves again")
        assert receiver.takes("e2", an_event("e2", "held", "kedua")) == 204
        assert receiver.takes("e3", an_event("e3", "closed")) == 204
    with receiver.works() as working:
        working.says(f"{CODE} closed")
        lines = [line.strip() for line in working.lines()]
    assert lines == [f"{CODE} held pertama", f"{CODE} held kedua", f"{CODE} closed"]
