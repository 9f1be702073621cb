"""One RabbitMQ for all tests of TLS, and an authority of their own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from broker.node import NotInstalledError
from tests.conftest import _missing
from tests.rabbitmq.tls.faults import Faults
from tests.support.certificates import Authority
from tests.support.tls_rabbit import TlsRabbit

DAY: Final = timedelta(days=1)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def own_tls_rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsRabbit]:
    try:
        rabbit = TlsRabbit(tmp_path_factory.mktemp("tls-rabbitmq"))
    except NotInstalledError as error:
        _missing(str(error))
    yield rabbit
    rabbit.stop()


@pytest.fixture(scope="session")
def faults(
    own_tls_rabbitmq: TlsRabbit, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Faults:
    """Where each thing that can be wrong about trust is to be met with."""
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "stranger")
    good, revoked = authority.issue("good"), authority.issue("revoked")
    client = authority.issue("dlh")
    old_client = authority.issue("old-dlh", since=-9 * DAY, until=-3 * DAY)
    other = authority.issue("elsewhere", "DNS:elsewhere.example")
    expired = authority.issue("expired", since=-9 * DAY, until=-3 * DAY)
    early = authority.issue("early", since=3 * DAY, until=9 * DAY)
    list_of_revoked = authority.revoked(revoked)
    rabbit, ca = own_tls_rabbitmq, authority.certificate
    rabbit.let_in_by_certificate("dlh")
    port = rabbit.listen(good)
    strict = rabbit.listen(good, wants_one=True)
    rejected = stranger.issue("dlh")

    def strictly(who: object, key: object) -> str:
        return rabbit.at(strict, cafile=ca, certfile=who, keyfile=key)

    plain = int(rabbit.url.rsplit(":", 1)[1].split("/")[0])
    login = rabbit.url.split("://")[1].split("@")[0]
    nothing = Path(authority.certificate.with_name("empty.pem"))
    nothing.write_text("nothing\n")
    return Faults(
        rabbit,
        good=rabbit.at(port, cafile=ca, crlfile=list_of_revoked),
        external=rabbit.at(
            strict, login=False, cafile=ca, certfile=client.certificate, keyfile=client.key
        ),
        urls={
            "another name": rabbit.at(rabbit.listen(other), cafile=ca),
            "an address that it is not for": rabbit.at(port, host="127.0.0.1", cafile=ca),
            "expired": rabbit.at(rabbit.listen(expired), cafile=ca),
            "not yet valid": rabbit.at(rabbit.listen(early), cafile=ca),
            "an authority that nobody named": rabbit.at(port),
            "another authority": rabbit.at(port, cafile=stranger.certificate),
            "revoked": rabbit.at(rabbit.listen(revoked), cafile=ca, crlfile=list_of_revoked),
            "no list of its authority": rabbit.at(port, cafile=ca, crlfile=stranger.revoked()),
            "TLS on a plain port": rabbit.at(plain, cafile=ca),
            "plain on a port of TLS": f"amqp://{login}@localhost:{port}/",
            "no certificate of ours": rabbit.at(strict, cafile=ca),
            "a certificate of ours from nobody": strictly(rejected.certificate, rejected.key),
            "an old certificate of ours": strictly(old_client.certificate, old_client.key),
            "a key of another certificate": strictly(client.certificate, rejected.key),
            "no such file": rabbit.at(port, cafile="/nowhere/ca.pem"),
            "a file that is no certificate": rabbit.at(port, cafile=nothing),
            "a file that is no list": rabbit.at(port, cafile=ca, crlfile=nothing),
        },
    )
