"""An installation on servers of its own: RabbitMQ that others use too, PostgreSQL with TLS."""

import asyncio
import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote

import psycopg

from broker.amqp.topology import apply_topology, broker_version
from broker.messaging import names
from broker.node import Node
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from config.loading import load_rules
from consumers.runtime.topology import topology_of
from tests.acceptance.doctor.examining import Settings, town_with_holidays
from tests.acceptance.gateway.http import door_of
from tests.acceptance.program import TOWN, Program
from tests.support.authority import Authority
from tests.support.eventually import eventually
from tests.support.nodes import Management, in_vhost
from tests.support.postgres import OwnPostgres

USER, PASSWORD = "tata-kelola", "s3-rahasia-%"
CONNECTIONS = 150
EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


@dataclass(frozen=True)
class Foreign:
    """``settings``: of the running program and of the doctor. ``quiet``: the same of a virtual host
    in which everything is declared and nobody reads."""

    node: Node
    management: Management
    vhost: str
    quiet_vhost: str
    postgres: OwnPostgres
    authority: Authority
    program: Program
    folder: Path
    settings: Settings
    quiet: Settings

    def permit(self, vhost: str, **changes: str) -> None:
        """Permissions of the user."""
        self.management.call("PUT", f"/permissions/{vhost}/{USER}", EVERYTHING | changes)

    def tag(self, *tags: str, password: str = PASSWORD) -> None:
        body = {"password": password, "tags": ",".join(tags)}
        self.management.call("PUT", f"/users/{USER}", body)

    def url(self, vhost: str, *, user: str = USER, password: str = PASSWORD, port: int = 0) -> str:
        return amqp_url(port or self.node.ports.amqp, vhost, user, password)

    @contextmanager
    def another_database(self, name: str, *, as_: str = "", empty: bool = False) -> Iterator[str]:
        """A database beside the program's, with tables unless it is to be ``empty``; its URL.
        ``as_``: how it is made."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {as_}".encode())
        url = self.settings["DATABASE_URL"].replace("/pintu?", f"/{name}?")
        try:
            if not empty:
                make_tables(url)
            yield url
        finally:
            self.postgres.drop(name)

    def sql(self, url: str, statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


def amqp_url(port: int, vhost: str, user: str = USER, password: str = PASSWORD) -> str:
    return f"amqp://{user}:{quote(password, safe='')}@127.0.0.1:{port}/{vhost}"


def make_tables(url: str) -> None:
    async def make() -> None:
        await (await open_journal(url)).close()
        await (await open_case_store(url)).close()

    asyncio.run(make())


@contextmanager
def foreign(node: Node, folder: Path) -> Iterator[Foreign]:
    """It runs, is ready and has a case while the block runs."""
    assert node.management_url
    management = Management(node.management_url)
    vhost, quiet = management.add_vhost(), management.add_vhost()
    certificates = Path(tempfile.mkdtemp(prefix="pintu-doctor-"))
    authority = Authority(certificates)
    postgres = _postgres(authority, certificates)
    program: Program | None = None
    try:
        management.call("PUT", f"/users/{USER}", {"password": PASSWORD, "tags": "monitoring"})
        for each in (vhost, quiet):
            management.call("PUT", f"/permissions/{each}/{USER}", EVERYTHING)
        postgres.database("pintu")
        parameters = f"sslmode=verify-full&sslrootcert={authority.certificate}"
        settings = {
            "AMQP_URL": amqp_url(node.ports.amqp, vhost),
            "MANAGEMENT_URL": node.management_url,
            "DATABASE_URL": f"{postgres.url.rsplit('/', 1)[0]}/pintu?{parameters}",
            "STATE_DIR": str(folder / "state"),
            "CONFIG_DIR": str(town_with_holidays(folder / "town")),
        }
        for part in ("state", "state/log"):
            (folder / part).mkdir(0o700)
        program = Program("all", settings["AMQP_URL"], folder / "state", **settings)
        settings["HTTP"] = program.url.removeprefix("http://")
        settings["GATEWAY"] = door_of(program).address.removeprefix("http://")
        quiet_settings = {**settings, "AMQP_URL": in_vhost(settings["AMQP_URL"], quiet)}
        asyncio.run(_declare(quiet_settings["AMQP_URL"], node.management_url))
        made = Foreign(
            node,
            management,
            vhost,
            quiet,
            postgres,
            authority,
            program,
            folder,
            settings,
            quiet_settings,
        )
        _begin_a_case(made)
        yield made
    finally:
        if program is not None:
            program.kill()
        postgres.stop()
        rmtree(certificates)
        management.call("DELETE", f"/users/{USER}")
        for each in (vhost, quiet):
            management.delete_vhost(each)


def _postgres(authority: Authority, folder: Path) -> OwnPostgres:
    """As an office has it: it loses nothing, speaks TLS, archives its log."""
    issued = authority.issue("postgres")
    folder.chmod(0o755)
    issued.key.chmod(0o600)
    if os.geteuid() == 0:  # then the server runs as somebody else
        for name in ("postgres", "nobody"):
            try:
                os.chown(issued.key, pwd.getpwnam(name).pw_uid, -1)
                break
            except KeyError:
                continue
    server = OwnPostgres(
        fsync="on",
        full_page_writes="on",
        max_connections=str(CONNECTIONS),
        ssl="on",
        ssl_cert_file=str(issued.certificate),
        ssl_key_file=str(issued.key),
        archive_mode="on",
        archive_command="/bin/true",
    )
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")
    return server


async def _declare(url: str, management_url: str) -> None:
    wanted = topology_of(load_rules(TOWN), await broker_version(url))
    await apply_topology(url, wanted, management_url=management_url)


def _begin_a_case(made: Foreign) -> None:
    publish(made, made.vhost, names.INTAKE, "web", '{"text": "sampah menumpuk"}', number=1)

    def kept() -> bool:
        with psycopg.connect(made.settings["DATABASE_URL"]) as connection:
            row = connection.execute("SELECT count(*) FROM cases").fetchone()
        return row is not None and row[0] == 1

    eventually(kept, saying="there is a case")


def publish(
    made: Foreign, vhost: str, exchange: str, key: str, payload: str, *, number: int
) -> None:
    """Messages, through the management API."""
    body = {
        "properties": {"delivery_mode": 2, "message_id": "m-1"},
        "routing_key": key,
        "payload": payload,
        "payload_encoding": "string",
    }
    for _ in range(number):
        made.management.call("POST", f"/exchanges/{vhost}/{exchange}/publish", body)
