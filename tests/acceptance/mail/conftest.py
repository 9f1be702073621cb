"""A town whose agency dlh has nothing but mail."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.node import Node
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.gateway.pages.conftest import browser  # noqa: F401 -- a fixture
from tests.acceptance.program import TOWN, Program
from tests.support.nodes import Management, in_vhost
from tests.support.smtp import Post, free_port, mail_server

DLH = "pengaduan@dlh.basel.test"
DPUPR = "loket@dpupr.basel.test"
HEAD = "kepala@dlh.basel.test"
CONTACTS = f"""
[[agency]]
code = "dlh"
queue = true

[[agency]]
code = "dpupr"
personal = true

[[contact]]
role = "agency"
agency = "dlh"
name = "Loket DLH"
address = "{DLH}"

[[contact]]
role = "head"
agency = "dlh"
address = "{HEAD}"

[[contact]]
role = "agency"
agency = "dpupr"
address = "{DPUPR}"

[[contact]]
role = "agency"
agency = "dishub"
address = "dishub@dishub.example.go.id"

[[contact]]
role = "coordinator"
address = "admin@basel.test"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration folder of its own."""
    folder = tmp_path_factory.mktemp("town") / "town"
    shutil.copytree(TOWN, folder)
    (folder / "contacts.toml").write_text(CONTACTS)
    return folder


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    port = free_port()
    with mail_server(port) as found:
        found.port = port
        yield found


@pytest.fixture(scope="module")
def mail_url(rabbitmq: Node) -> Iterator[str]:
    """A virtual host of this file's own."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    yield in_vhost(rabbitmq.url, vhost)
    management.delete_vhost(vhost)


@pytest.fixture(scope="module")
def door(
    mail_url: str,
    rabbitmq: Node,
    town: Path,
    post: Post,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Door]:
    """All parts in one process, mail among them; in the end it has to leave well."""
    program = Program(
        "all",
        mail_url,
        tmp_path_factory.mktemp("mail"),
        MANAGEMENT_URL=rabbitmq.management_url or "",
        CONFIG_DIR=str(town),
        SMTP_URL=f"smtp://127.0.0.1:{post.port}?rate=6000",
        MAIL_SENDER="lapor@basel.test",
        MAIL_BOUNCES="kembali@basel.test",
        GATEWAY_URL="https://lapor.basel.test",
    )
    yield door_of(program)
    program.stop()
