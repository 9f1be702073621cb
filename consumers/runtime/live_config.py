"""The configuration in force, for all parts of a process."""

from collections.abc import Callable

from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.messaging.topology import Topology
from consumers.runtime.damage import Damage

Use = Callable[[Rules, SlaCalendar], None]


class LiveConfig:
    """Rules and clocks as they are now. Whoever holds some of them for long follows.

    ``digest``: of the files they were read from, where that is known; ``topology``: what was
    declared for them, None before; ``damage``: what of it is missing.
    """

    def __init__(self, rules: Rules, clocks: SlaCalendar, digest: str | None = None) -> None:
        self.rules = rules
        self.clocks = clocks
        self.digest = digest
        self.topology: Topology | None = None
        self.damage = Damage()
        self._followers: list[Use] = []

    def subscribe(self, use: Use) -> None:
        """``use`` hears of every other configuration, between two steps of the loop."""
        self._followers.append(use)

    def replace(
        self, rules: Rules, clocks: SlaCalendar, topology: Topology, digest: str | None
    ) -> None:
        """From now on these; for all parts at once."""
        self.rules, self.clocks, self.topology, self.digest = rules, clocks, topology, digest
        for use in self._followers:
            use(rules, clocks)
