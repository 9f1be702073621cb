"""Why connecting failed: whether to try again, to change the user, or to change the URL."""

import errno
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiormq
import pytest
from aiohttp.test_utils import unused_port

from broker.amqp.failures import connecting_failed
from broker.amqp.library import library_connection
from broker.amqp.tls import Tls, UnusableFile
from broker.errors import (
    BadConfiguration,
    BrokerUnavailable,
    LoginRefused,
    NotPermitted,
    TrustRefused,
)
from tests.support.certificates import Certificates, make_certificates
from tests.support.tcp import Answering, answering

HERE = "amqps://pintu:***@rabbit/"


class ClosedByBroker(Exception):
    """As a connection of our own may tell it: with what `connection.close` said."""

    def __init__(self, reply_code: int, reply_text: str) -> None:
        super().__init__(f"{reply_code} {reply_text}")
        self.reply_code = reply_code
        self.reply_text = reply_text


@pytest.mark.parametrize(
    ("why", "kind", "says"),
    [
        (aiormq.exceptions.ProbableAuthenticationError("refused"), LoginRefused, "PINTU_AMQP_URL"),
        (aiormq.exceptions.AuthenticationError("PLAIN", []), LoginRefused, "PINTU_AMQP_URL"),
        (aiormq.exceptions.ConnectionNotAllowed("no vhost"), LoginRefused, "list_vhosts"),
        (
            aiormq.exceptions.InvalidFrameError("Expected one of ['Connection.OpenOk'], got …"),
            LoginRefused,
            "list_vhosts",
        ),
        (ClosedByBroker(403, "ACCESS_REFUSED - login refused"), LoginRefused, "ACCESS_REFUSED"),
        (ClosedByBroker(530, "NOT_ALLOWED - vhost x not found"), LoginRefused, "list_vhosts"),
        (ClosedByBroker(320, "CONNECTION_FORCED - shutdown"), BrokerUnavailable, "FORCED"),
        (ssl.SSLEOFError(8, "EOF occurred"), BrokerUnavailable, "EOF"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), BrokerUnavailable, "refused"),
        (TimeoutError(), BrokerUnavailable, "TimeoutError"),
        (aiormq.exceptions.AMQPConnectionError(13, "denied"), BrokerUnavailable, "denied"),
        (FileNotFoundError(2, "No such file"), TrustRefused, "cafile, certfile or keyfile"),
        (IsADirectoryError(21, "Is a directory"), TrustRefused, "cafile, certfile or keyfile"),
    ],
    ids=str,
)
def test_a_failure_says_who_has_to_do_what(
    why: Exception, kind: type[BrokerUnavailable], says: str
) -> None:
    failure = connecting_failed(HERE, why)
    assert type(failure) is kind
    assert str(failure).startswith(f"{HERE}: ")
    assert says in str(failure)


def test_what_the_library_wraps_is_found_in_it() -> None:
    wrapped = aiormq.exceptions.AMQPConnectionError("x")
    wrapped.__cause__ = ssl.SSLError(1, "[SSL: TLSV1_ALERT_UNKNOWN_CA] alert")
    wrapped.__cause__.reason = "TLSV1_ALERT_UNKNOWN_CA"
    failure = connecting_failed(HERE, wrapped)
    assert isinstance(failure, TrustRefused)
    assert "certfile and keyfile" in str(failure)


def test_one_that_was_classified_stays_as_it_is() -> None:
    for failure in (NotPermitted("may not"), BrokerUnavailable("away")):
        assert connecting_failed(HERE, failure) is failure


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
async def tls(certificates: Certificates) -> AsyncIterator[Answering]:
    """A port that speaks TLS, and no AMQP in it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    async with answering(b"", tls=context) as server:
        yield server


async def refusal(url: str) -> BrokerUnavailable:
    with pytest.raises(BrokerUnavailable) as failure:
        async with library_connection(url, "test"):
            pass
    return failure.value


async def test_a_certificate_that_nobody_vouches_for_asks_for_a_cafile(tls: Answering) -> None:
    failure = await refusal(f"amqps://u:geheim@localhost:{tls.port}/")
    assert isinstance(failure, TrustRefused)
    assert "unable to get local issuer certificate" in str(failure)
    assert "cafile=" in str(failure)
    assert "geheim" not in str(failure)


async def test_a_certificate_for_another_name_says_so(
    tls: Answering, certificates: Certificates
) -> None:
    failure = await refusal(f"amqps://u:p@127.0.0.1:{tls.port}/?cafile={certificates.authority}")
    assert isinstance(failure, TrustRefused)
    assert "for another name" in str(failure)


async def test_a_server_that_is_trusted_and_goes_away_is_only_away(
    tls: Answering, certificates: Certificates
) -> None:
    failure = await refusal(f"amqps://u:p@localhost:{tls.port}/?cafile={certificates.authority}")
    assert type(failure) is BrokerUnavailable


async def test_tls_on_a_port_that_does_not_speak_it_names_both_ports() -> None:
    async with answering(b"AMQP\x00\x00\x09\x01") as plain:
        failure = await refusal(f"amqps://u:p@localhost:{plain.port}/")
    assert isinstance(failure, TrustRefused)
    assert "5671" in str(failure)
    assert "amqp://" in str(failure)


async def test_a_file_that_is_no_certificate_is_no_outage(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    failure = await refusal(f"amqps://u:p@localhost:1/?cafile={tmp_path / 'ca.pem'}")
    assert isinstance(failure, TrustRefused)


async def test_nobody_who_listens_is_an_outage() -> None:
    assert type(await refusal(f"amqp://u:p@127.0.0.1:{unused_port()}/")) is BrokerUnavailable


async def test_a_url_that_is_none_is_told_without_its_password() -> None:
    with pytest.raises(BadConfiguration) as wrong:
        async with library_connection("amqp://u:geheim@h/?nonsense=1", "test"):
            pass
    assert "nonsense" in str(wrong.value)
    assert "geheim" not in str(wrong.value)


async def test_of_several_hosts_one_that_does_not_let_us_in_says_more_than_one_that_is_away() -> (
    None
):
    async with answering(b"AMQP\x00\x00\x09\x01") as plain:
        for hosts in (
            f"localhost:{plain.port},127.0.0.1:{unused_port()}",
            f"127.0.0.1:{unused_port()},localhost:{plain.port}",
        ):
            failure = await refusal(f"amqps://u:geheim@{hosts}/")
            assert isinstance(failure, TrustRefused)
            assert f": localhost:{plain.port}: " in str(failure)
            assert "geheim" not in str(failure)


def test_an_error_that_was_raised_from_itself_is_looked_at_once() -> None:
    """As the client library has it where a connection is lost while it is made."""
    first, second = aiormq.exceptions.AMQPConnectionError("lost"), ConnectionResetError("reset")
    first.__cause__, second.__cause__ = second, first
    assert type(connecting_failed(HERE, first)) is BrokerUnavailable


def test_a_key_with_a_passphrase_is_not_asked_for_on_the_terminal(
    certificates: Certificates, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.pem"
    words = f"pkey -in {certificates.key} -aes256 -passout pass:geheim -out {locked}"
    subprocess.run(["openssl", *words.split()], check=True, capture_output=True)
    with pytest.raises(UnusableFile, match="openssl pkey"):
        Tls(certfile=str(certificates.certificate), keyfile=str(locked)).context()
