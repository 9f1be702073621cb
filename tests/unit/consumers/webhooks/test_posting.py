"""One POST: to the address that was looked at, with nothing read that is not needed."""

import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.abc import AbstractResolver, ResolveResult

from consumers.webhooks.connecting import Connections, ForbiddenAddress
from consumers.webhooks.posting import Answer, post
from consumers.webhooks.targets import target_of
from tests.support.authority import Authority
from tests.support.receiver import Receiver, Reply

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Names(AbstractResolver):
    """A name server that says what it is told to: each time the next of a row."""

    def __init__(self, said: Mapping[str, Sequence[str]]) -> None:
        self.said = {name: list(row) for name, row in said.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        row = self.said.get(host)
        if row is None:
            raise OSError(f"no such name: {host}")
        address = row.pop(0) if len(row) > 1 else row[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest_asyncio.fixture
async def connections() -> AsyncIterator[Connections]:
    async with Connections() as connections:
        yield connections


async def send(
    connections: Connections, url: str, allowed: Sequence[str] = (), body: bytes = b"{}"
) -> Answer:
    return await post(connections, target_of(url, allowed), body, {}, lambda: NOW)


async def test_an_answer_is_told_with_its_time(connections: Connections) -> None:
    with Receiver(lambda _: Reply(200, body=b"ok")) as receiver:
        answer = await send(connections, receiver.url)
    assert (answer.status, answer.words, answer.body) == (200, "HTTP 200 OK", b"ok")
    assert answer.received
    assert answer.seconds > 0
    assert receiver.got[0].headers["user-agent"] == "pintu-webhooks/1"


async def test_whoever_is_not_there_is_a_failure_and_no_error(connections: Connections) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = await send(connections, f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert answer.status is None
    assert answer.words.startswith("no connection")


@pytest.mark.parametrize(
    "to",
    ["http://127.0.0.1:{port}/else", "http://169.254.169.254/latest/meta-data/", "//10.0.0.1/"],
)
async def test_a_redirect_is_not_followed(connections: Connections, to: str) -> None:
    with Receiver(lambda got: Reply(307, {"Location": "x"})) as receiver:
        place = to.format(port=receiver.port)
        receiver.answer = lambda got: Reply(307, {"Location": place})
        answer = await send(connections, receiver.url)
    assert answer.status == 307
    assert not answer.received
    assert "redirects are not followed" in answer.words
    assert [got.path for got in receiver.asked] == ["/hook"]


async def test_a_name_that_leads_elsewhere_the_second_time_gains_nothing() -> None:
    with Receiver() as receiver:
        names = Names({"dlh.example": ["8.8.8.8", "127.0.0.1"]})
        async with Connections(names) as connections:
            url = f"https://dlh.example:{receiver.port}/"
            assert await connections.addresses(target_of(url)) == ["8.8.8.8"]
            answer = await send(connections, url)
    assert "127.0.0.1, which is no public address" in answer.words
    assert "PINTU_WEBHOOK_ALLOW" in answer.words
    assert receiver.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "fe80::1", "fd00::1", "100.64.0.1"],
)  # fmt: skip
async def test_a_name_that_leads_inside_is_not_connected_to(address: str) -> None:
    async with Connections(Names({"dlh.example": [address]})) as connections:
        with pytest.raises(ForbiddenAddress):
            await connections.addresses(target_of("https://dlh.example/"))
        answer = await send(connections, "https://dlh.example/")
    assert "no public address" in answer.words


@pytest.mark.parametrize(
    "host", ["[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "10.0.0.1", "169.254.169.254", "[::]"]
)
async def test_an_address_in_other_clothes_is_not_connected_to(
    connections: Connections, host: str
) -> None:
    with Receiver() as receiver:
        answer = await send(connections, f"https://{host}:{receiver.port}/")
    assert answer.status is None
    assert receiver.asked == []
    assert "no public address" in answer.words


async def test_loopback_is_this_machine_whatever_a_name_server_says() -> None:
    async with Connections(Names({"localhost": ["10.0.0.1"]})) as connections:
        answer = await send(connections, "http://localhost:8000/")
    assert "10.0.0.1" in answer.words


async def test_a_host_that_is_allowed_by_name_may_be_inside(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = ssl.create_default_context(cafile=str(authority.certificate))
    names = Names({"hook.dlh.local": ["127.0.0.1"]})
    with Receiver(tls=server(authority, "hook.dlh.local")) as receiver:
        async with Connections(names, tls) as connections:
            url = f"https://hook.dlh.local:{receiver.port}/"
            assert (await send(connections, url)).status is None
            assert (await send(connections, url, ["hook.dlh.local"])).received


async def test_a_certificate_is_checked(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
    tls = ssl.create_default_context(cafile=str(ours.certificate))
    names = Names({"hook.dlh.local": ["127.0.0.1"], "else.local": ["127.0.0.1"]})
    async with Connections(names, tls) as connections:
        with Receiver(tls=server(theirs, "hook.dlh.local")) as receiver:
            url = f"https://hook.dlh.local:{receiver.port}/"
            stranger = await send(connections, url, ["hook.dlh.local"])
        with Receiver(tls=server(ours, "hook.dlh.local")) as receiver:
            url = f"https://else.local:{receiver.port}/"
            another = await send(connections, url, ["else.local"])
    assert "certificate is not trusted" in stranger.words
    assert "certificate is not trusted" in another.words
    assert (stranger.status, another.status) == (None, None)


async def test_of_a_body_without_an_end_only_the_beginning_is_read(
    connections: Connections,
) -> None:
    huge = b"x" * (64 * 1024 * 1024)
    with Receiver(lambda _: Reply(200, body=huge)) as receiver:
        answer = await send(connections, receiver.url)
    assert answer.received
    assert len(answer.body) <= 16 * 1024


async def test_a_body_that_drips_holds_up_nothing_for_long(connections: Connections) -> None:
    began = time.monotonic()
    with Receiver(lambda _: Reply(200, body=b"x" * 1000, drip=0.1)) as receiver:
        answer = await send(connections, receiver.url)
    assert answer.received
    assert time.monotonic() - began < 60, "a hundred seconds of body"


async def test_what_is_no_http_is_a_failure_and_no_error(connections: Connections) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.recv(65536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n\0\0")

        threading.Thread(target=answer, daemon=True).start()
        told = await send(connections, f"http://127.0.0.1:{server.getsockname()[1]}/")
    assert told.status is None
    assert told.words.startswith("no usable answer")


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 02 Mar 2026 02:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 02 Mar 2026 01:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(seconds=10**7)),
        ("soon", None),
        ("-5", None),
        ("Mon, 99 Mar 2026 02:01:00 GMT", None),
    ],
)
async def test_how_long_it_wants_to_be_left_alone_is_read(
    connections: Connections, value: str, after: timedelta | None
) -> None:
    with Receiver(lambda _: Reply(503, {"Retry-After": value})) as receiver:
        assert (await send(connections, receiver.url)).after == after


def server(authority: Authority, name: str) -> ssl.SSLContext:
    issued = authority.issue(f"{name}-{id(authority)}", name=name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    return context
