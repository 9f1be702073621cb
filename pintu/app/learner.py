"""``pintu run learner``: learns from the store once a month, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import structlog

from broker.domain.routing.rules import Rules
from broker.errors import STORE_REFUSALS, BadConfiguration, NotInstalled, StoreUnavailable
from broker.messaging.topology import Topology
from broker.ports import CaseStore, TimeSource
from config.language import gettext
from config.loading.snapshot import Look
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import LearningMetrics
from consumers.runtime.outside import Outside
from consumers.runtime.reloading import follow_rules
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.topology import topology_of
from pintu.app.configuration import system_clock
from pintu.app.reaching import cases_of
from pintu.rules.renewing.kept import Learnings
from pintu.rules.renewing.records import Record, believed, last_learned
from pintu.rules.renewing.schedule import Monthly

log = structlog.get_logger()

_LOOK_EVERY: Final = 60.0
"""Seconds between two looks at the time and the log."""
_KIND: Final = 10
"""Of the process that learns: it takes what the others leave."""
_ENDS_WITHIN: Final = 5.0
_SAID: Final = 2_000
"""Characters of what a process said that a log line has."""
_ANY_RABBITMQ: Final = (4, 0)
_NO_RABBITMQ: Final = ("connected", "publishing", "consuming")
"""Conditions of other parts: this one needs the store alone."""
_OF_ALL: Final = "topology"
"""In ``run all`` the parts share it, and others verify it."""


async def serve_learner(
    service: Service, outside: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """As a part of ``run all``, where ``PINTU_LEARN_IN_ALL`` says so; others watch the store."""
    service.health.holds(*_NO_RABBITMQ, "store")
    try:
        folder = _folder(service)
    except (BadConfiguration, NotInstalled) as why:
        log.error("learner.off", error=str(why))
        return
    await Learner(service, folder, live_config, clock).run()


async def run_alone(service: Service, live_config: LiveConfig, seen: Look) -> None:
    """As a process of its own, which reaches the store and no RabbitMQ; until it is told to stop.

    ``seen``: the folder of the configuration as it was before it was loaded.

    Raises:
        BadConfiguration: no folder to learn into.
        NotInstalled: what learning needs.
        StoreLoginRefused, StoreTrustRefused: by a database that has never let this process in.
    """
    folder = _folder(service)
    service.health.holds(*_NO_RABBITMQ, _OF_ALL)
    opening = partial(cases_of, service.settings)
    store: CaseStore | None = await service.patiently(opening, "store", final=STORE_REFUSALS)
    if store is None:
        return
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watch_store(service, store))
            tasks.create_task(follow_rules(service, live_config, seen, _declare))
            tasks.create_task(Learner(service, folder, live_config, system_clock()).run())
    finally:
        with suppress(StoreUnavailable):
            await store.close()


async def _declare(rules: Rules) -> Topology:
    """Nothing: queues are the work of those who publish."""
    return topology_of(rules, _ANY_RABBITMQ)


def _folder(service: Service) -> Path:
    """Where to learn. Raises BadConfiguration, NotInstalled."""
    folder = service.settings.config_dir
    if folder is None:
        raise BadConfiguration(
            gettext(
                "PINTU_CONFIG_DIR: the shipped configuration cannot learn; copy it, and name the "
                "folder here"
            )
        )
    if find_spec("sklearn") is None:
        raise NotInstalled(
            gettext("learning needs sklearn, which is not installed: pip install 'pintu[learn]'")
        )
    return folder


class Learner:
    """Looks every minute what is due, and has it done by a process of its own: it takes minutes
    and half a gigabyte, and whatever happens to it leaves this one as it is."""

    def __init__(
        self, service: Service, folder: Path, live_config: LiveConfig, clock: TimeSource
    ) -> None:
        self._service = service
        self._folder = folder
        self._live_config = live_config
        self._clock = clock
        self._metrics = LearningMetrics(service.registry)
        self._began = clock.now()
        self._failed: datetime | None = None
        self._collected: datetime | None = None
        self._learnings = Learnings(folder)

    async def run(self) -> None:
        """Until the service is told to stop; a learning under way is dropped."""
        settings = self._service.settings
        if settings.learn_history is None:
            log.warning("learner.without_history")
        log.info("learner.serves", folder=str(self._folder), http=self._service.url)
        while not self._service.stop.is_set():
            await self._step()
            await self._service.sleep(_LOOK_EVERY)

    async def _step(self) -> None:
        now = self._clock.now()
        try:
            records = self._learnings.records()
        except BadConfiguration as error:
            self._fails(str(error))
            return
        schedule, done = self._schedule(), last_learned(records)
        failed = self._last_failure(records, done)
        self._show(records, done, failed)
        due = schedule.due(now, done.at if done else None, failed)
        if due is not None:
            await self._collect()
            await self._learn(due, len(records))
        elif self._old_history(schedule.nightly(now)):
            await self._collect()

    def _schedule(self) -> Monthly:
        settings = self._service.settings
        zone = self._live_config.clocks.calendar.zone
        return Monthly(zone, settings.learn_day, settings.learn_hour)

    def _last_failure(self, records: Sequence[Record], done: Record | None) -> datetime | None:
        """The latest that nothing has come after, of this process or of another."""
        noted = [one.at for one in records if one.what == "failed"]
        latest = max([*noted, *([self._failed] if self._failed else [])], default=None)
        return latest if latest and (done is None or latest > done.at) else None

    def _old_history(self, night: datetime) -> bool:
        """Whether the file of the settings is from before this night."""
        file = self._service.settings.learn_history
        if file is None or (self._collected is not None and self._collected >= night):
            return False
        try:
            return datetime.fromtimestamp(file.stat().st_mtime, UTC) < night
        except OSError:
            return True

    async def _collect(self) -> None:
        """Bring the file up to date: a text goes from the store when its case is closed."""
        file = self._service.settings.learn_history
        if file is None:
            return
        self._collected = self._clock.now()
        code, said = await self._program("rules", "history", "--out", str(file))
        if code == os.EX_OK:
            log.info("learner.collected", file=str(file))
        elif not self._service.stop.is_set():
            log.error("learner.not_collected", file=str(file), code=code, error=said)

    async def _learn(self, since: datetime, lines: int) -> None:
        log.info("learner.learns", due=since.isoformat())
        since = since.astimezone(UTC)
        code, said = await self._program(
            *("rules", "learn", "--from-store", "--config", str(self._folder)),
            *("--unless-since", since.strftime("%Y-%m-%dT%H:%M:%S%z")),
        )
        if self._service.stop.is_set() or code == os.EX_TEMPFAIL:
            return  # dropped, or another one learns: the log will say what came of it
        records = self._learnings.records()
        finished = last_learned(records[lines:])
        if code != os.EX_OK or finished is None:
            self._fails(said)
            return
        self._metrics.ran(finished.what)
        self._show(records, finished, None)
        log.info(
            "learner.learned",
            outcome=finished.what,
            reason=finished.reason,
            id=finished.id,
            rows=finished.rows,
            newest=finished.newest,
        )
        if finished.reason == "labels":
            log.warning("learner.labels_doubted", id=finished.id, departure=finished.departure)

    def _fails(self, why: str) -> None:
        self._failed = self._clock.now()
        self._metrics.ran("failed")
        self._metrics.last("failed")
        log.error("learner.failed", error=why)

    def _show(
        self, records: Sequence[Record], done: Record | None, failed: datetime | None
    ) -> None:
        """What the log beside the configuration says, of this process or of another."""
        began = done.at if done else min([self._began, *(one.at for one in records)])
        self._metrics.age((self._clock.now() - began).total_seconds())
        if failed is not None:
            self._metrics.last("failed")
        if done is None:
            return
        if failed is None:
            self._metrics.last(done.what)
        doubted = done.reason == "labels" and done.id not in believed(records)
        self._metrics.learned(done.at, done.rows, done.newest, doubted=doubted)
        for rules, side in (("in_force", done.old), ("candidate", done.new)):
            if side is not None:
                self._metrics.tried(rules, side, done.newest)

    async def _program(self, *arguments: str) -> tuple[int, str]:
        """A command of this program: how it ended, and the last of what it said."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pintu", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _KIND)
        try:
            found = await self._service.unless_stopped(process.communicate())
        finally:
            await _ended(process)
        said = found[1].decode("utf-8", "replace").strip()[-_SAID:] if found else ""
        return process.returncode or os.EX_OK, said


async def _ended(process: asyncio.subprocess.Process) -> None:
    """It goes at once, whatever it does: what it has not finished was never begun."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
