"""TLS with an authority of one's own, and who we are said by a certificate."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from pamqp import base, commands
from pamqp.commands import Basic

from broker.amqp.address import parse_address
from broker.amqp.protocol.connecting import connected
from broker.amqp.session import RabbitBroker
from broker.errors import TrustRefused
from broker.messaging.messages import Outgoing
from tests.support.amqp_frames import delivery
from tests.support.certificates import Certificates, make_certificates
from tests.unit.broker.amqp.hostile_server import Server, serving

LARGE = b"0123456789" * 100_000


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def tls(certificates: Certificates, *, wants_one: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    if wants_one:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificates.authority)
    return context


async def test_messages_go_both_ways(certificates: Certificates) -> None:
    said: Callable[[int], bytes] = lambda _: delivery(1, LARGE, most=100_000)  # noqa: E731
    async with serving(Server(said, tls=tls(certificates))) as server:
        url = f"{server.url}?cafile={certificates.authority}"
        async with asyncio.timeout(30), RabbitBroker(url, name="t").session("q", 10) as session:
            [message] = await session.take(1)
            assert message.body == LARGE
            await session.publish([Outgoing("e", "k", LARGE, "id")])
            await session.acknowledge([message])
        assert any(isinstance(one, Basic.Ack) for one in server.asked)
        assert sum(isinstance(one, commands.Connection.Close) for one in server.asked) == 2


async def test_a_certificate_says_who_we_are(certificates: Certificates) -> None:
    context = tls(certificates, wants_one=True)
    async with serving(Server(tls=context, mechanisms="EXTERNAL")) as server:
        files = f"cafile={certificates.authority}&certfile={certificates.certificate}"
        url = f"amqps://localhost:{server.port}/?{files}&keyfile={certificates.key}"
        async with asyncio.timeout(30), connected(parse_address(url), "test") as connection:
            await connection.channel()
    start: base.Frame = server.asked[0]
    assert isinstance(start, commands.Connection.StartOk)
    assert (start.mechanism, start.response) == ("EXTERNAL", "")


async def test_who_is_not_trusted_is_refused(certificates: Certificates, tmp_path: Path) -> None:
    other = make_certificates(tmp_path)
    async with serving(Server(tls=tls(certificates))) as server:
        with pytest.raises(TrustRefused, match="not trusted"):
            async with connected(parse_address(f"{server.url}?cafile={other.authority}"), "test"):
                pass
        async with connected(parse_address(f"{server.url}?verify=verify_none"), "test"):
            pass
