"""Runs the probes side by side, each with a deadline, and puts together what they bring."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from broker.amqp.topology.clock import broker_clock
from broker.domain.routing.rules import Rules
from broker.store.inspecting import Store
from broker.store.schema import Branch
from config.language import gettext, worded
from config.settings import Settings
from consumers.runtime.agreed_clock import AgreedClock
from pintu.doctor.facts import (
    Attachments,
    Broker,
    Configuration,
    Database,
    Door,
    Environment,
    Facts,
    Node,
)
from pintu.doctor.finding import NotSeen, NotThere, Seen, absent, seen, unseen
from pintu.doctor.probes import bounded
from pintu.doctor.probes.attachments import look_at_attachments
from pintu.doctor.probes.broker import look_at_broker
from pintu.doctor.probes.configuration import look_at_configuration
from pintu.doctor.probes.door import look_at_door, owners
from pintu.doctor.probes.files import STORES, examine_files, look_at_folder, look_for_backup
from pintu.doctor.probes.mail import look_at_mail
from pintu.doctor.probes.node import look_for_node
from pintu.doctor.probes.oidc import look_at_oidc
from pintu.doctor.probes.processes import look_at_processes
from pintu.doctor.probes.store import backup_of, look_at_database, look_at_store

T = TypeVar("T")
Told = Callable[[str], None]

WITHIN: Final = 5.0
"""Seconds for one answer from outside."""
_LOADING: Final = 60.0
"""Seconds for the configuration: a model of millions of n-grams takes a few."""
_FILE: Final = 3.0
"""Seconds for examining an SQLite file; `pintu store check` takes as long as it takes."""


def _nobody(_: str) -> None:
    """Nobody hears of it."""


class Probes:
    """The probes of one installation.

    Args:
        environment: and the settings that are usable in it.
        clock: this machine's; it is handed what the others show.
        told: hears of each probe that is done.
    """

    def __init__(
        self,
        environment: Environment,
        settings: Settings,
        clock: AgreedClock,
        told: Told = _nobody,
    ) -> None:
        self._environment = environment
        self._settings = settings
        self._clock = clock
        self._told = told
        self._now = clock.machine()

    async def gather(self, version: str) -> Facts:
        """Every fact that can be had. Nothing is changed, but for the row and the message by which
        the program itself finds out whether it can write. ``version``: of this program."""
        state = self._settings.state_dir
        loaded = await self._ask("configuration", self._configuration, _LOADING)
        rules = loaded.there[1] if loaded.there else None
        node = self._node()
        broker, database, stores, processes, files, doors = await asyncio.gather(
            self._ask("RabbitMQ", partial(self._broker, node, rules), 6 * WITHIN),
            self._nested("database", self._database()),
            self._stores(),
            self._nested("processes", look_at_processes(self._settings, WITHIN)),
            self._nested("files", asyncio.to_thread(examine_files, state, _FILE)),
            asyncio.gather(
                self._ask("mail", partial(look_at_mail, self._settings, rules), 6 * WITHIN),
                self._ask("attachments", self._attachments, 4 * WITHIN),
                self._ask("gateway", self._door, 3 * WITHIN),
                self._ask("OpenID", partial(look_at_oidc, self._settings), 3 * WITHIN),
            ),
        )
        mail, attachments, door, oidc = doors
        clock = await self._ask("clocks", partial(self._clocks, stores["cases"], broker), WITHIN)
        return Facts(
            now=self._now,
            version=version,
            environment=self._environment,
            folder=look_at_folder(state),
            node=node,
            broker=broker,
            configuration=seen(loaded.there[0]) if loaded.there else unseen(loaded.why),
            files=files,
            stores=stores,
            database=database,
            backup=backup_of(database, look_for_backup(state)),
            clock=clock,
            processes=processes,
            mail=mail,
            oidc=oidc,
            attachments=attachments,
            door=door,
            owners=seen(owners(rules))
            if rules
            else unseen(gettext("the configuration has errors")),
        )

    async def _ask(self, what: str, question: Callable[[], Awaitable[T]], within: float) -> Seen[T]:
        found = await bounded.ask(question, what, within)
        self._told(what)
        return found

    async def _nested(self, what: str, question: Awaitable[Seen[T]]) -> Seen[T]:
        """Of a probe that has deadlines of its own."""

        async def ask() -> T:
            return (await question).get()

        return await self._ask(what, ask, 5 * WITHIN)

    async def _configuration(self) -> tuple[Configuration, Rules | None]:
        if self._blocked("CONFIG_DIR"):
            raise NotSeen(gettext("PINTU_CONFIG_DIR cannot be used"))
        return await asyncio.to_thread(look_at_configuration, self._settings.config_dir)

    def _node(self) -> Seen[Node]:
        if self._settings.amqp_url is not None or self._blocked("AMQP_URL"):
            return absent()
        return seen(look_for_node(self._settings.state_dir))

    async def _broker(self, node: Seen[Node], rules: Rules | None) -> Broker:
        url, management_url = self._urls(node)
        return await look_at_broker(
            url, management_url, rules, private=self._settings.amqp_url is None, within=WITHIN
        )

    def _urls(self, node: Seen[Node]) -> tuple[str, str | None]:
        """Of AMQP and of the management API. Raises NotSeen where there is no broker to look at."""
        given = self._settings.management_url
        management_url = given.get_secret_value() if given else None
        if self._settings.amqp_url is not None:
            return self._settings.amqp_url.get_secret_value(), management_url
        if self._blocked("AMQP_URL"):
            raise NotSeen(gettext("PINTU_AMQP_URL cannot be used"))
        look = node.get().look
        if look.state != "ready" or look.url is None:
            raise NotSeen(gettext("the private node does not run"))
        return look.url, management_url or look.management_url

    async def _attachments(self) -> Attachments:
        for name in ("ATTACHMENTS", "CLAMD", "GATEWAY"):
            if self._blocked(name):
                raise NotSeen(worded("PINTU_{name} cannot be used", name=name))
        return await look_at_attachments(self._settings)

    async def _door(self) -> Door:
        if self._blocked("GATEWAY"):
            raise NotSeen(gettext("PINTU_GATEWAY cannot be used"))
        return await look_at_door(self._settings, WITHIN)

    async def _database(self) -> Seen[Database]:
        if self._blocked("DATABASE_URL"):
            return unseen(gettext("PINTU_DATABASE_URL cannot be used"))
        return await look_at_database(self._settings, WITHIN)

    async def _stores(self) -> Mapping[str, Seen[Store]]:
        found = await asyncio.gather(*(self._nested(name, self._store(name)) for name in STORES))
        return dict(zip(STORES, found, strict=True))

    async def _store(self, branch: Branch) -> Seen[Store]:
        if self._blocked("DATABASE_URL"):
            return unseen(gettext("PINTU_DATABASE_URL cannot be used"))
        return await look_at_store(self._settings, branch, self._now, WITHIN)

    async def _clocks(self, cases: Seen[Store], broker: Seen[Broker]) -> str:
        """What does not agree; empty where all that can be read does."""
        if self._environment.speed != 1:
            raise NotThere
        state = cases.get().clocks
        if state is None:
            raise NotSeen(gettext("the case store has no tables of this version"))
        if state.database is not None:
            self._clock.read("database", state.database, elsewhere=state.elsewhere)
        url = self._settings.amqp_url
        if url is not None and broker.there is not None:
            given = self._settings.management_url
            at = given.get_secret_value() if given else None
            if (told := await broker_clock(url.get_secret_value(), at)) is not None:
                self._clock.read("broker", told[0], elsewhere=told[1])
        self._clock.look(state)
        return self._clock.problem() or ""

    def _blocked(self, name: str) -> bool:
        names = (f"PINTU_{name}", f"PINTU_{name}_FILE")
        return any(one.name in names for one in self._environment.wrong)
