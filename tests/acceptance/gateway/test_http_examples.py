"""The examples over HTTP do what their page says: one complaint whatever happens on the way, and a
case that is followed, answered and closed."""

import json
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import pytest

from schemas.identifiers import tracking
from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.http_examples import EXAMPLES, LANGUAGES, Example
from tests.support.eventually import eventually

pytestmark = pytest.mark.slow

LATER: Final = {2: 503, 3: 429}
"""How a request is answered that comes as the second or third; the first one gets no answer."""


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(params=LANGUAGES, ids=lambda language: language.name)
def example(request: pytest.FixtureRequest, classes: Path, tmp_path: Path) -> Example:
    request.param.skip_where_missing()
    return Example(request.param, tmp_path, classes)


def settings(door: Door, of: str, **more: str) -> dict[str, str]:
    return {"PINTU_GATEWAY_URL": door.address, "KEY": door.key(of), "EVERY": "0.2", **more}


class Line(ThreadingHTTPServer):
    """A line to the gateway on which answers get lost. ``seen``: moment, Idempotency-Key, body."""

    def __init__(self, door: Door) -> None:
        super().__init__(("127.0.0.1", 0), _Lossy)
        self.target = urlsplit(door.address).netloc
        self.seen: list[tuple[float, str | None, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Lossy(BaseHTTPRequestHandler):
    server: Line

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        line = self.server
        line.seen.append((time.monotonic(), self.headers["Idempotency-Key"], body))
        if (status := LATER.get(len(line.seen))) is not None:
            self.send_response(status)
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        connection = HTTPConnection(line.target)
        kept = ("Authorization", "Content-Type", "Idempotency-Key")
        connection.request("POST", self.path, body, {name: self.headers[name] for name in kept})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if len(line.seen) == 1:
            self.connection.shutdown(socket.SHUT_RDWR)  # it is there, and nobody hears of it
            return
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def line(door: Door) -> Iterator[Line]:
    with Line(door) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_complaint_is_sent_under_one_id_until_it_is_there(
    example: Example, door: Door, line: Line
) -> None:
    wanted = settings(door, "web", PINTU_GATEWAY_URL=line.url)
    code, pin = example.run("adapter", "send", 'jalan rusak "parah" — di Rias', **wanted).split()
    moments, ids, bodies = zip(*line.seen, strict=True)
    assert len(set(ids)) == len(set(bodies)) == 1
    assert json.loads(bodies[0]) == {"text": 'jalan rusak "parah" — di Rias'}
    assert code == tracking(uuid5(NAMESPACE_URL, f"/channels/web#{ids[0]}"))
    assert [moments[n + 1] - moments[n] >= 1 for n in (1, 2)] == [True, True]
    path = f"/v1/complaints/{code}?pin={pin}"
    eventually(lambda: door.call("GET", path).status == 200, saying="code and pin show it")
    example.run("adapter", "send", " ", **wanted)  # refused: it is told, and not sent again
    assert len(line.seen) == 5
    assert example.run("adapter", "send", **wanted) == ""
    assert len(line.seen) == 5


def test_what_was_kept_before_a_crash_is_sent_after_it(example: Example, door: Door) -> None:
    nobody = settings(door, "web", PINTU_GATEWAY_URL="http://127.0.0.1:9")
    with example.running("adapter", "send", "lampu jalan mati", **nobody) as program:
        eventually(lambda: any("again in" in one for one in program.lines()), saying="it tries")
    (kept,) = (example.folder / "complaints").glob("*.json")
    id = json.loads(kept.read_text())["id"]
    code, _ = example.run("adapter", "send", **settings(door, "web")).split()
    assert code == tracking(uuid5(NAMESPACE_URL, f"/channels/web#{id}"))


def test_an_adapter_and_an_agency_bring_a_case_to_its_end(example: Example, door: Door) -> None:
    web = settings(door, "web")
    code, _ = example.run("adapter", "send", "sampah menumpuk di pasar", **web).split()
    foreign = door.files("kucing hilang", agency="dlh")
    door.until(foreign, "routed")
    with example.running("adapter", "follow", **web) as adapter:
        with example.running("agency", AGENCY="dlh", **settings(door, "agency:dlh")) as agency:
            agency.says(f"{code} sampah menumpuk di pasar")
            for verb in ("acknowledged", "responded", "resolved"):
                agency.says(f"{code} {verb} accepted")
            agency.says(f"{foreign['tracking']} returned accepted")
        assert (
            adapter.says(f"{code} responded") == f"{code} responded Petugas kami ke lokasi besok."
        )
        adapter.says(f"{code} is resolved")
        reply = example.run("adapter", "say", "replied", code, "Belum semua.", **web)
        assert reply == "accepted responded"
        with example.running("agency", AGENCY="dlh", **settings(door, "agency:dlh")):
            eventually(
                lambda: adapter.lines().count(f"{code} resolved Sudah ditangani.") == 2,
                saying="it is resolved again",
            )
        assert example.run("adapter", "say", "accepted", code, **web) == "accepted closed"
        adapter.says(f"{code} is closed")
    assert not any("Belum semua" in line for line in adapter.lines())
    door.until(foreign, "triage")


def test_every_language_has_its_programs() -> None:
    for language in LANGUAGES:
        files = {file.stem.lower() for file in (EXAMPLES / language.name).iterdir()}
        assert files - {"__pycache__"} == language.programs
    assert {folder.name for folder in EXAMPLES.iterdir()} == {one.name for one in LANGUAGES}
