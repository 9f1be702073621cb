"""What a process knows of its own condition; /readyz and the metrics tell it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from broker.ports import TimeSource
from consumers.runtime.clock import SystemClock
from consumers.runtime.outage_log import OutageLog

_TOPOLOGY: Final = "topology"
CLOCK: Final = "clock"
"""This machine's clock agrees with the others. It holds until they are seen not to."""
_OF_ALL: Final = (_TOPOLOGY, CLOCK)
"""The conditions that the parts of a process share."""
_PUBLISHING: Final = "publishing"
_OF_EACH: Final = {
    "connected": "starting",
    _PUBLISHING: "not tried yet",
    "consuming": "starting",
    "store": "not checked yet",
}
_AWAY: Final = ("connected", _PUBLISHING)
"""Conditions of a RabbitMQ that answers and takes publishes."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """A condition that does not hold: why, since when, and the same by a clock that never jumps."""

    why: str
    since: datetime
    monotonic: float


@dataclass(slots=True)
class _Board:
    """What the parts of a process share: what is wanting by part and condition."""

    clock: TimeSource
    seconds: Callable[[], float]
    wanting: dict[tuple[str, str], Wanting] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    others: dict[str, list[str]] = field(default_factory=dict)
    """By part: conditions of its own that have failed at some time."""
    outages: OutageLog = field(init=False)

    def __post_init__(self) -> None:
        self.outages = OutageLog(self.seconds)


class Health:
    """Ready means connected to a RabbitMQ that takes publishes, topology verified, consuming, store
    writable, and no clock seen to be wrong.

    Where several parts share a process each has its own view of one board; of the topology and the
    clock all have the same. ``part``: its name in the metrics; ``clock`` and ``seconds`` tell since
    when something is wanting.
    """

    def __init__(
        self,
        part: str = "",
        *,
        clock: TimeSource | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.part = part
        self._board = _Board(clock or SystemClock(), seconds, parts=(part,))
        self._begin()

    @property
    def ready(self) -> bool:
        return not self._board.wanting

    @property
    def connected(self) -> bool:
        """Whether every part is connected to a RabbitMQ that answers and takes publishes."""
        return not any(condition in _AWAY for _, condition in self._board.wanting)

    @property
    def blocked(self) -> str | None:
        """Why RabbitMQ takes no publishes from one of the parts, where it has said so."""
        return next(iter(self._board.blocked.values()), None)

    @property
    def outages(self) -> OutageLog:
        """What of it stands in the log: the same for all parts of the process."""
        return self._board.outages

    @property
    def parts(self) -> tuple[str, ...]:
        return self._board.parts

    @property
    def wanting(self) -> dict[str, str]:
        """What does not hold, and why; with the part's name where there are several."""
        return {self._shown(*key): one.why for key, one in self._board.wanting.items()}

    @property
    def since(self) -> dict[str, str]:
        """Since when each of these does not hold, ISO 8601 in UTC."""
        return {
            self._shown(*key): one.since.astimezone(UTC).isoformat(timespec="seconds")
            for key, one in self._board.wanting.items()
        }

    def seconds_wanting(self, part: str) -> dict[str, float | None]:
        """For how many seconds each condition of a part has not held; None for one that holds."""
        board, now = self._board, self._board.seconds()
        conditions = (*_OF_ALL, *_OF_EACH, *board.others.get(part, ()))
        found = {key: board.wanting.get(_key(part, key)) for key in conditions}
        return {key: now - one.monotonic if one else None for key, one in found.items()}

    def holds(self, *conditions: str) -> None:
        for condition in conditions:
            self._board.wanting.pop(_key(self.part, condition), None)

    def fails(self, condition: str, why: str) -> None:
        board, key = self._board, _key(self.part, condition)
        others = board.others.setdefault(self.part, [])
        if condition not in (*_OF_ALL, *_OF_EACH, *others):
            others.append(condition)
        if (before := board.wanting.get(key)) is None:
            board.wanting[key] = Wanting(why, board.clock.now(), board.seconds())
        elif before.why != why:
            board.wanting[key] = Wanting(why, before.since, before.monotonic)

    def blocks(self, why: str | None) -> None:
        """RabbitMQ says that it takes no publishes, and why; or, None, that it does again.

        After the latter it is a probe that shows it.
        """
        if why is None:
            self._board.blocked.pop(self.part, None)
            return
        self._board.blocked[self.part] = why
        self.fails(_PUBLISHING, f"{why}: RabbitMQ takes no publishes")

    def split(self, parts: Iterable[str]) -> dict[str, "Health"]:
        """A view for each of several parts, all at their start; ready is when all are."""
        self._board.parts = tuple(parts)
        self._board.wanting.clear()
        views = {part: self._seen_by(part) for part in self._board.parts}
        for view in views.values():
            view._begin()
        return views

    def _begin(self) -> None:
        self.fails(_TOPOLOGY, "not verified yet")
        for condition, why in _OF_EACH.items():
            self.fails(condition, why)

    def _seen_by(self, part: str) -> "Health":
        view = Health(part)
        view._board = self._board
        return view

    def _shown(self, part: str, condition: str) -> str:
        several = len(self._board.parts) > 1
        return f"{part} {condition}" if several and part else condition


def _key(part: str, condition: str) -> tuple[str, str]:
    return ("", condition) if condition in _OF_ALL else (part, condition)
