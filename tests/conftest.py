"""What every test may ask for: a real RabbitMQ, a real PostgreSQL, each empty and its own.

Where one of them is not installed, the tests that need it are skipped with the reason; with
`CI` set they fail instead.
"""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings

from broker.node import Node, NotInstalledError, open_node
from config.language import use_in_process
from tests.support.nodes import Management, OwnRabbit, in_vhost
from tests.support.postgres import NoPostgresError, OwnPostgres

# How long an example takes says how busy the machine is.
settings.register_profile(
    "untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

# Colours are what a test says, not what the terminal or the builder's machine has; typer looks
# when it is imported, so this comes before.
for _name in ("FORCE_COLOR", "NO_COLOR", "PY_COLORS", "GITHUB_ACTIONS"):
    os.environ.pop(_name, None)
os.environ["TERM"] = "xterm"

# Neither is the language: tests are written against the sentences in English, and say so where
# they ask for Indonesian.
os.environ["PINTU_LANGUAGE"] = "en"
use_in_process("en")

_MARKS = {
    "rabbitmq": {"rabbitmq", "vhost", "amqp_url", "management_url", "own_rabbitmq"},
    "postgres": {"postgres", "postgres_url", "own_postgres"},
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Mark tests by what they use, before `-m` looks, so that it finds them all.

    Where files are shared out to several processes (`pytest -n`), those with slow tests come
    first: one that came last would be waited for alone.
    """
    for item in items:
        used = {*getattr(item, "fixturenames", ()), *_kinds(item)}
        for mark, fixtures in _MARKS.items():
            if fixtures & used:
                item.add_marker(mark)
    yield
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


def _kinds(item: pytest.Item) -> Iterator[str]:
    """Of what it runs on, where it runs on several: "memory", "rabbitmq", "postgres", …"""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return (param for param in params.values() if isinstance(param, str))


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One node for the whole session. Tests use `amqp_url`, a virtual host of their own in it."""
    try:
        node = open_node(tmp_path_factory.mktemp("rabbitmq"))
    except NotInstalledError as error:
        _missing(str(error))
    yield node
    node.stop()


@pytest.fixture
def vhost(rabbitmq: Node) -> Iterator[str]:
    """The name of a virtual host that is empty and deleted afterwards."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    name = management.add_vhost()
    yield name
    management.delete_vhost(name)


@pytest.fixture
def amqp_url(rabbitmq: Node, vhost: str) -> str:
    """The URL of a virtual host of this test's own; user and password may do everything in it."""
    return in_vhost(rabbitmq.url, vhost)


@pytest.fixture
def management_url(rabbitmq: Node) -> str:
    """The root of the HTTP API of the broker of `amqp_url`, with user and password."""
    assert rabbitmq.management_url
    return rabbitmq.management_url


@pytest.fixture
def own_rabbitmq(tmp_path: Path) -> Iterator[OwnRabbit]:
    """A node of this test's own, which it may kill and start again."""
    try:
        own = OwnRabbit(tmp_path / "own-rabbitmq")
    except NotInstalledError as error:
        _missing(str(error))
    yield own
    own.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[OwnPostgres]:
    """One server for the whole session. Tests use `postgres_url`."""
    try:
        server = OwnPostgres()
    except NoPostgresError as error:
        _missing(str(error))
    yield server
    server.stop()


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """A server of this test's own, which it may stop and start again."""
    try:
        own = OwnPostgres()
    except NoPostgresError as error:
        _missing(str(error))
    yield own
    own.stop()


@pytest.fixture
def postgres_url(postgres: OwnPostgres) -> Iterator[str]:
    """A database of this test's own, empty, as `postgresql://…`; dropped afterwards."""
    name = f"t{uuid4().hex}"
    yield postgres.database(name)
    postgres.drop(name)


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        pytest.skip(reason)
    pytest.fail(reason)


_configure = structlog.configure


def _without_cache(**settings: Any) -> None:
    _configure(**settings | {"cache_logger_on_first_use": False})


setattr(structlog, "configure", _without_cache)  # noqa: B010 -- mypy allows no assignment


@pytest.fixture(autouse=True)
def _logging_of_its_own() -> Iterator[None]:
    """A command run in this process sets up the log for its own standard error, which is closed
    after it: no logger keeps that beyond the test, nor beyond a fixture of several tests."""
    yield
    structlog.reset_defaults()
