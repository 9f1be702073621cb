"""A town whose agencies hear by webhook."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from broker.node import Node
from broker.ports import WebhookStore
from broker.ports.webhooks import Delivery, Endpoint, Wanted
from broker.store.webhooks import open_webhook_store
from consumers.webhooks.signing import new_secret, shown
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.nodes import Management, in_vhost

T = TypeVar("T")


class Hooks:
    """All parts in one process, the commands beside it, and its store."""

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

    def stored(self, work: Callable[[WebhookStore], Awaitable[T]]) -> T:
        """What the store says, without the seconds that a command takes."""

        async def asked() -> T:
            store = await open_webhook_store(f"sqlite:///{self.program.state_dir}/gateway.sqlite3")
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(asked())

    def add(self, name: str, url: str) -> str:
        """As `pintu webhook add`; gives the secret."""
        secret = new_secret()
        now = datetime.now(UTC)
        assert self.stored(lambda store: store.add(Endpoint(name, url, secret, now)))
        return shown(secret)

    def state(self, name: str) -> str:
        """Active, paused or off."""
        one = self.stored(lambda store: store.endpoint(name))
        assert one is not None
        return one.state

    def deliveries(self, **wanted: str) -> list[Delivery]:
        """Newest first."""
        return self.stored(
            lambda store: store.deliveries(Wanted(**wanted), 9999)  # type: ignore[arg-type]
        )


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
        outside = Outside(hooks.amqp_url)
        outside.drain(name)  # of tests before this one
        outside.close()
        made.append(name)
        return hooks.add(name, url)

    yield add

    async def gone(store: WebhookStore, name: str) -> None:
        waits = await store.deliveries(Wanted(name, "waiting"), 9999)
        await store.give_back([one.id for one in waits])
        await store.remove(name)

    for name in made:
        hooks.stored(lambda store, name=name: gone(store, name))  # type: ignore[misc]
