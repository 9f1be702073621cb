"""What a process knows of its own condition; /readyz tells it."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Health:
    """Ready means connected, topology verified, consuming and store writable.

    Each entry of ``wanting`` is a condition that does not hold yet, with the reason.
    """

    wanting: dict[str, str] = field(
        default_factory=lambda: {
            "connected": "starting",
            "topology": "not verified yet",
            "consuming": "starting",
            "store": "not checked yet",
        }
    )

    @property
    def ready(self) -> bool:
        return not self.wanting

    def holds(self, *conditions: str) -> None:
        for condition in conditions:
            self.wanting.pop(condition, None)

    def fails(self, condition: str, why: str) -> None:
        self.wanting[condition] = why
