"""Other rules without a restart: on SIGHUP, or when a file of the configuration has changed.

All or nothing: the whole folder is loaded and checked in a thread, the topology that it needs is
declared, and only then does it come into force, between two batches. Whatever is wrong with it
leaves what is in force as it is.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration, NotPermitted, TopologyConflict, Unavailable
from broker.messaging.topology import Topology
from config.loading.snapshot import Look, Snapshot, digest_of, load_snapshot, look
from config.logging import where
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.garbage import collect_garbage
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import RulesMetrics
from consumers.runtime.service import Service
from consumers.runtime.topology import declared_topology
from consumers.runtime.waiting import Backoff

log = structlog.get_logger()

Declare = Callable[[Rules], Awaitable[Topology]]

POLL: Final = 2.0
"""Seconds between two looks at the folder; a change counts when two of them see the same."""
_SHOWN: Final = 20
"""Errors in a log line."""


async def keep_rules(
    service: Service, address: BrokerAddress, live_config: LiveConfig, seen: Look
) -> None:
    """Watch the folder and the signal until the service is told to stop.

    ``seen``: the folder as it was before it was loaded at the start.
    """
    if await service.unless_stopped(service.declared.wait()) is None:
        return
    await follow_rules(service, live_config, seen, partial(declared_topology, address))


async def follow_rules(
    service: Service, live_config: LiveConfig, seen: Look, declare: Declare
) -> None:
    """The same; ``declare``: what has to be done for rules before they come into force."""
    reloader = Reloader(
        service.settings.config_dir,
        live_config,
        declare,
        RulesMetrics(service.registry),
        seen=seen,
    )
    while not service.stop.is_set():
        asked = service.reload.is_set()
        service.reload.clear()
        wait = await service.unless_stopped(reloader.step(asked=asked))
        await service.sleep(wait or 0.0, wakes=service.reload)


class Watch:
    """Whether a folder has changed and the change has come to rest: two equal looks in a row."""

    def __init__(self, known: Look) -> None:
        self._known = known
        self._last = known

    def changed(self, seen: Look) -> bool:
        """``seen``: how it looks now."""
        rests, self._last = seen == self._last, seen
        return rests and seen != self._known

    def take(self, seen: Look) -> None:
        """It was dealt with as it looks now, whatever came of it."""
        self._known = seen


class Reloader:
    """Looks, loads, declares, swaps: a step at a time.

    ``folder``: None for the shipped configuration, which is not watched; ``declare``: see
    ``consumers.runtime.topology.declared_topology``.
    """

    def __init__(
        self,
        folder: Path | None,
        live_config: LiveConfig,
        declare: Declare,
        metrics: RulesMetrics,
        *,
        seen: Look,
        poll: float = POLL,
    ) -> None:
        self._folder = folder
        self._live_config = live_config
        self._declare = declare
        self._metrics = metrics
        self._watch = Watch(seen)
        self._poll = poll
        self._backoff = Backoff()
        self._postponed = False
        """Whether a change waits for RabbitMQ, and that was said."""
        metrics.show(live_config.rules.version)

    async def step(self, *, asked: bool) -> float:
        """One look, and what follows from it; gives the seconds to wait for the next.

        ``asked``: load it now, whatever the look shows.
        """
        seen = await asyncio.to_thread(look, self._folder) if self._folder else ()
        if not self._watch.changed(seen) and not asked:
            return self._poll
        try:
            digest = await asyncio.to_thread(digest_of, self._folder)
            if digest == self._live_config.digest:
                self._unchanged()
            elif (snapshot := await asyncio.to_thread(load_snapshot, self._folder)) is None:
                return self._poll  # it was edited at that moment: a later look shows when it rests
            else:
                await self._take_over(snapshot)
                # Only now does nothing hold what was in force before.
                if gc.get_freeze_count():
                    await asyncio.to_thread(collect_garbage)
        except (BadConfiguration, TopologyConflict, NotPermitted) as error:
            self._refused(str(error).splitlines())
        except Unavailable as error:
            # The rules are good, but without RabbitMQ a new agency gets no queue.
            self._metrics.reloads.labels("postponed").inc()
            if not self._postponed:
                log.warning("rules.postponed", error=str(error))
            self._postponed = True
            return self._backoff.next()
        except Exception as error:  # whatever it is, what is in force goes on
            self._refused([where(error)])
        self._backoff.reset()
        self._postponed = False
        self._watch.take(seen)
        return self._poll

    async def _take_over(self, snapshot: Snapshot) -> None:
        before, rules = self._live_config.rules, snapshot.rules
        # First the queues: nothing may be routed to an agency that has none.
        topology = await self._declare(rules)
        self._live_config.replace(rules, snapshot.clocks, topology, snapshot.digest)
        self._metrics.reloaded(rules.version)
        log.info(
            "rules.reloaded",
            old=before.version,
            new=rules.version,
            agencies_added=sorted(rules.agencies.keys() - before.agencies.keys()),
            agencies_gone=sorted(before.agencies.keys() - rules.agencies.keys()),
            topics=len(rules.topics),
            calendar=snapshot.clocks.calendar.version,
        )
        if rules.version == before.version:
            log.warning(
                "rules.same_version",
                version=rules.version,
                note="decisions carry it as `table`: change the version with the rules",
            )

    def _unchanged(self) -> None:
        self._metrics.unchanged()
        log.info("rules.unchanged", version=self._live_config.rules.version)

    def _refused(self, errors: list[str]) -> None:
        self._metrics.refused()
        log.error(
            "rules.refused",
            live_config=self._live_config.rules.version,
            errors=len(errors),
            first=errors[:_SHOWN],
        )
