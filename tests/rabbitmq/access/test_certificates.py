"""An agency that proves who it is by a certificate (x.509, SASL EXTERNAL)."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest
from pika.exceptions import (  # type: ignore[import-untyped]
    ProbableAuthenticationError,
)

from broker.amqp.session import RabbitBroker
from broker.amqp.topology import apply_topology, broker_version
from broker.errors import LoginRefused
from broker.messaging.topology import topology
from broker.node import NotInstalledError
from pintu.access.exporting import export_and_apply
from pintu.access.folder import AccessFolder
from pintu.access.plan import Wishes
from tests.conftest import _missing
from tests.rabbitmq.access.matrix import consume, publish
from tests.rabbitmq.access.world import AGENCIES, CHANNELS, is_allowed
from tests.support.certificates import Authority, Certificates
from tests.support.tls_rabbit import TlsRabbit


class Door:
    """A RabbitMQ with a port for certificates of one authority."""

    def __init__(self, rabbit: TlsRabbit, folder: Path) -> None:
        (folder / "authority").mkdir()
        self.authority = Authority(folder / "authority")
        self.rabbit = rabbit
        self.folder = AccessFolder(folder / "access")
        rabbit.let_in_by_certificate()
        self.port = rabbit.listen(self.authority.issue("server"))

    def export(self, *certificates: str) -> None:
        wishes = Wishes(certificates=certificates)
        url, management_url = self.rabbit.url, self.rabbit.management_url
        asyncio.run(export_and_apply(AGENCIES, CHANNELS, self.folder, url, management_url, wishes))

    def enter(self, who: Certificates) -> pika.BlockingConnection:
        """As a foreign client does."""
        context = ssl.create_default_context(cafile=str(who.authority))
        context.load_cert_chain(who.certificate, who.key)
        return pika.BlockingConnection(
            pika.ConnectionParameters(
                "localhost",
                self.port,
                ssl_options=pika.SSLOptions(context, "localhost"),
                credentials=pika.credentials.ExternalCredentials(),
            )
        )

    def url(self, who: Certificates) -> str:
        """For our own programs."""
        return self.rabbit.at(
            self.port,
            login=False,
            cafile=who.authority,
            certfile=who.certificate,
            keyfile=who.key,
        )


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("certificates")
    try:
        rabbit = TlsRabbit(folder / "rabbitmq")
    except NotInstalledError as error:
        _missing(str(error))
    asyncio.run(_declared(rabbit))
    yield Door(rabbit, folder)
    rabbit.stop()


async def _declared(rabbit: TlsRabbit) -> None:
    wanted = topology(AGENCIES, CHANNELS, broker_version=await broker_version(rabbit.url))
    await apply_topology(rabbit.url, wanted, management_url=rabbit.management_url)


def test_the_name_of_the_certificate_is_the_user_with_what_it_may_and_no_more(door: Door) -> None:
    door.export("agency.dlh")
    connection = door.enter(door.authority.issue("agency.dlh"))
    assert is_allowed(connection, publish("complaints.updates", "agency.dlh.resolved"))
    assert is_allowed(connection, consume("agency.dlh"))
    assert not is_allowed(connection, publish("complaints.updates", "agency.dpupr.resolved"))
    assert not is_allowed(connection, consume("agency.dpupr"))
    connection.close()


async def test_our_own_client_gets_in_by_it_too(door: Door) -> None:
    await asyncio.to_thread(door.export, "router")
    url = door.url(door.authority.issue("router"))
    async with RabbitBroker(url, name="by certificate").session("router.intake", 1):
        pass


def test_a_certificate_of_a_name_without_a_user_lets_nobody_in(door: Door) -> None:
    with pytest.raises(ProbableAuthenticationError):
        door.enter(door.authority.issue("agency.nobody"))


async def test_whose_user_is_revoked_stays_out_with_a_sentence(door: Door) -> None:
    who = door.authority.issue("agency.dpupr")
    await asyncio.to_thread(door.export, "agency.dpupr")
    await asyncio.to_thread(lambda: door.enter(who).close())
    wishes = Wishes(revoke=["agency.dpupr"])
    url, management_url = door.rabbit.url, door.rabbit.management_url
    await export_and_apply(AGENCIES, CHANNELS, door.folder, url, management_url, wishes)
    with pytest.raises(LoginRefused):
        async with RabbitBroker(door.url(who), name="revoked").session("agency.dpupr", 1):
            pass
