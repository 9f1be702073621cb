"""What a process knows of its own condition; /readyz tells it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_OF_ALL: Final = "topology"
"""The one condition that the parts of a process share."""
_OF_EACH: Final = {
    "connected": "starting",
    "consuming": "starting",
    "store": "not checked yet",
}


@dataclass(slots=True)
class Health:
    """Ready means connected, topology verified, consuming and store writable.

    Each entry of ``wanting`` is a condition that does not hold yet, with the reason. Where
    several parts share a process each has its own view of one ``wanting``, under its ``prefix``.
    """

    wanting: dict[str, str] = field(
        default_factory=lambda: {_OF_ALL: "not verified yet", **_OF_EACH}
    )
    prefix: str = ""

    @property
    def ready(self) -> bool:
        return not self.wanting

    @property
    def connected(self) -> bool:
        return not any(condition.endswith("connected") for condition in self.wanting)

    def holds(self, *conditions: str) -> None:
        for condition in conditions:
            self.wanting.pop(self._named(condition), None)

    def fails(self, condition: str, why: str) -> None:
        self.wanting[self._named(condition)] = why

    def split(self, parts: Iterable[str]) -> dict[str, "Health"]:
        """A view for each of several parts, all at their start; ready is when all are."""
        for condition in _OF_EACH:
            self.wanting.pop(condition, None)
        views = {part: Health(self.wanting, f"{part} ") for part in parts}
        for view in views.values():
            for condition, why in _OF_EACH.items():
                view.fails(condition, why)
        return views

    def _named(self, condition: str) -> str:
        return condition if condition == _OF_ALL else self.prefix + condition
