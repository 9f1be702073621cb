"""When certificates end is seen without believing them."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.amqp.address import parse_address
from broker.amqp.certificates import certificate_ends
from tests.support.certificates import Certificates, make_certificates


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


@asynccontextmanager
async def a_node(certificate: Path, key: Path) -> AsyncIterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


async def test_of_several_nodes_the_one_counts_that_ends_first(
    made: Certificates, tmp_path: Path
) -> None:
    soon = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out soon.pem -days 1 -subj /CN=x"
    subprocess.run(["openssl", *soon.split()], cwd=tmp_path, check=True, capture_output=True)
    async with (
        a_node(made.certificate, made.key) as one,
        a_node(tmp_path / "soon.pem", tmp_path / "key.pem") as two,
    ):
        url = f"amqps://u:p@127.0.0.1:{one},127.0.0.1:{two}/"
        ends = await certificate_ends(parse_address(url))
    assert ends.keys() == {"broker"}
    assert in_days(0.9) < ends["broker"] < in_days(1.1)


async def test_our_own_is_seen_where_no_node_answers(made: Certificates) -> None:
    own = f"certfile={made.certificate}&keyfile={made.key}"
    ends = await certificate_ends(parse_address(f"amqps://u:p@127.0.0.1:1/?{own}"))
    assert ends.keys() == {"client"}
    assert in_days(1.9) < ends["client"] < in_days(2.1)


async def test_a_file_that_holds_none_and_a_node_that_is_away_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("no certificate")
    url = f"amqps://u:p@127.0.0.1:1/?certfile={tmp_path}/own.pem"
    assert await certificate_ends(parse_address(url)) == {}


async def test_without_tls_there_is_none() -> None:
    assert await certificate_ends(parse_address("amqp://127.0.0.1/")) == {}
