"""One line when something begins to be away, and one when it is back, with how long that was.

Many loops of a process meet the same outage, each as often as it tries. They tell it here, each
under its own name; the first of them makes the line, and the last that has it back ends it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from broker.errors import BrokerUnavailable, StoreUnavailable, Unroutable

log = structlog.get_logger()

SETTLED: Final = 3.0
"""Seconds for which it has to stay back: what goes away again before that is one outage."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``of``: kinds of one name are one outage, told under the event of the kind that was met
    first. ``begins`` and ``ends``: its events. ``after``: while there is an outage of that name
    this one follows from it, and is told only if it is there without it. ``says``: the key under
    which the line has the reason."""

    of: str
    begins: str
    ends: str
    serious: bool = False
    after: str | None = None
    says: str = "error"


BROKER: Final = Kind("rabbitmq", "broker.unavailable", "broker.available")
PROBE: Final = Kind("rabbitmq", "probe.missed", "probe.passed")
HELD: Final = Kind("rabbitmq", "publish.held", "publish.taken")
BLOCKED: Final = Kind("blocked", "broker.blocked", "broker.unblocked", says="why")
STORE: Final = Kind("store", "store.unavailable", "store.available")
TOPOLOGY: Final = Kind(
    "topology", "topology.damaged", "topology.whole", serious=True, after="rabbitmq"
)
CONFLICT: Final = Kind("conflict", "topology.conflict", "topology.agrees", serious=True)
DISAGREEMENT: Final = Kind("clock", "clock.disagrees", "clock.agrees", serious=True)
WATCH: Final = Kind("watch", "watch.unavailable", "watch.available")
FILES: Final = Kind("files", "attachments.unavailable", "attachments.available")
SCANNER: Final = Kind("scanner", "scanner.unavailable", "scanner.available")
CONSUMER_FAULT: Final = Kind(
    "fault", "consumer.failed", "consumer.works", serious=True, says="traceback"
)
WATCH_FAULT: Final = Kind("fault", "watch.failed", "watch.works", serious=True, says="traceback")
"""Of one loop each: see ``fault_of``."""


def kind_of(why: Exception) -> Kind:
    """What is away, by what was raised."""
    if isinstance(why, StoreUnavailable):
        return STORE
    if isinstance(why, BrokerUnavailable):
        return BROKER
    return TOPOLOGY if isinstance(why, Unroutable) else WATCH


def fault_of(kind: Kind, who: str) -> Kind:
    """A fault of the program in one loop, which is no other loop's."""
    return replace(kind, of=f"{kind.of} of {who}")


@dataclass(slots=True)
class _Outage:
    kind: Kind
    began: float
    who: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    at_work: bool = False
    """Whether the work itself has met it."""
    tries: int = 0
    told: bool = False
    back: float | None = None
    """Since when nobody has it any more."""

    @property
    def over(self) -> bool:
        return not self.who if self.at_work else not self.beside

    def knows(self, who: str) -> bool:
        return who in self.who or who in self.beside


class OutageLog:
    """Of one process. ``seconds``: a clock that never jumps."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._outages: dict[str, _Outage] = {}

    def met(
        self, kind: Kind, who: str, error: str, *, beside: bool = False, **fields: object
    ) -> None:
        """``who`` has met it, again or for the first time; ``fields``: what else the line says.

        ``beside``: a loop beside the work, which tries seldom: where the work has met it too, it is
        over when the work has it back.
        """
        now = self._seconds()
        self._end(now)
        outage = self._outages.get(kind.of)
        if outage is None:
            outage = self._outages[kind.of] = _Outage(kind, now)
        (outage.beside if beside else outage.who).add(who)
        outage.at_work |= not beside
        if not outage.over:
            outage.back = None
        outage.tries += 1
        if not outage.told and kind.after not in self._outages:
            outage.told = True
            say = log.error if kind.serious else log.warning
            outage.kind = kind  # of a kind that follows from nothing that is known now
            say(kind.begins, **{kind.says: error}, **fields)

    def over(self, kind: Kind, who: str) -> None:
        """``who`` has it back, or did not know that it was away."""
        outage = self._outages.get(kind.of)
        if outage is None or not outage.knows(who):
            return
        outage.who.discard(who)
        outage.beside.discard(who)
        if outage.over and outage.back is None:
            outage.back = self._seconds()

    def look(self) -> None:
        """Say which outages have ended; called every second or so."""
        self._end(self._seconds())

    def finish(self) -> None:
        """The process leaves: what is back needs not settle any more."""
        self._end(self._seconds() + SETTLED)

    def _end(self, now: float) -> None:
        for name, outage in list(self._outages.items()):
            if outage.back is None or now - outage.back < SETTLED:
                continue
            del self._outages[name]
            if outage.told:
                seconds = round(outage.back - outage.began, 1)
                log.info(outage.kind.ends, seconds=seconds, tries=outage.tries)
