"""A town whose configuration is edited, and a process that serves it."""

import shutil
from pathlib import Path

from prometheus_client import CollectorRegistry

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.rules import Rules
from broker.messaging.topology import Topology, topology
from config.loading import load_rules, snapshot
from config.loading.clocks import load_clocks
from config.loading.snapshot import digest_of, look
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import RulesMetrics
from consumers.runtime.reloading import Reloader
from tests.unit.broker.domain.case.story import MONDAY

TOWN = Path(__file__).parents[3] / "acceptance" / "town"


class Place:
    """A town that is edited, and a process that serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(shutil.copytree(TOWN, folder))
        seen = look(self.folder)
        self.live_config = LiveConfig(
            load_rules(self.folder), load_clocks(self.folder), digest_of(self.folder)
        )
        self.registry = CollectorRegistry()
        self.declared: list[Rules] = []
        self.away: Exception | None = None
        self.reloader = self.watching(seen)

    def watching(self, seen: snapshot.Look) -> Reloader:
        return Reloader(
            self.folder, self.live_config, self.declare, RulesMetrics(self.registry), seen=seen
        )

    async def declare(self, rules: Rules) -> Topology:
        if self.away:
            raise self.away
        self.declared.append(rules)
        return topology(rules.agencies, rules.channels, broker_version=(3, 10, 8))

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    async def looks(self, times: int = 2, *, asked: bool = False) -> None:
        for _ in range(times):
            await self.reloader.step(asked=asked)

    def agency(self, text: str = "sampah menumpuk") -> str | None:
        return decide(Query(text), self.live_config.rules, on=MONDAY.date()).agency

    def reloads(self, outcome: str) -> float:
        return self.value("pintu_rules_reloads_total", outcome=outcome)

    def value(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0


def waste_to_works(place: Place) -> None:
    place.edit("topics/all.toml", 'agency = "dlh"', 'agency = "dpupr"')
