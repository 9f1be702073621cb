"""A town whose agencies hear by webhook."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.node import Node
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.nodes import Management, in_vhost


class Hooks:
    """All parts in one process, and the commands beside it."""

    def __init__(self, program: Program, amqp_url: str) -> None:
        self.program = program
        self.amqp_url = amqp_url
        self.settings = {
            "AMQP_URL": amqp_url,
            "STATE_DIR": str(program.state_dir),
            "CONFIG_DIR": str(TOWN),
        }

    def say(self, *words: str, code: int = 0) -> str:
        """`pintu webhook …`: what it prints on standard output."""
        done = pintu("webhook", *words, settings=self.settings)
        assert done.returncode == code, done.stderr
        return done.stdout.decode().strip()


@pytest.fixture(scope="module")
def webhooks_url(rabbitmq: Node) -> Iterator[str]:
    """A virtual host of this file's own."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    yield in_vhost(rabbitmq.url, vhost)
    management.delete_vhost(vhost)


@pytest.fixture(scope="module")
def hooks(
    webhooks_url: str, rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hooks]:
    """In the end it has to leave well, without a failure."""
    folder: Path = tmp_path_factory.mktemp("webhooks")
    settings = {"MANAGEMENT_URL": rabbitmq.management_url or ""}
    program = Program("all", webhooks_url, folder, **settings)
    yield Hooks(program, webhooks_url)
    program.stop()


@pytest.fixture
def endpoint(hooks: Hooks) -> Iterator[Callable[[str, str], str]]:
    """Adds an endpoint for one test; gives its secret."""
    made: list[str] = []

    def add(name: str, url: str) -> str:
        made.append(name)
        outside = Outside(hooks.amqp_url)
        outside.drain(name)  # of tests before this one
        outside.close()
        return hooks.say("add", name, url)

    yield add
    for name in made:
        hooks.say("remove", name, "--give-back")
