"""What is known of learning anew: when, what came of it, how good it was."""

from datetime import datetime
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge

OUTCOMES: Final = ("installed", "kept", "failed")


class Tried(Protocol):
    """One side on the newest rows."""

    @property
    def routed(self) -> int: ...
    @property
    def routed_right(self) -> int: ...
    @property
    def first_right(self) -> int: ...


class LearningMetrics:
    """Of one learner; two side by side tell the same, from the log beside the configuration."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = Counter(
            "pintu_learnings_total",
            "Learnings of this process, by what came of them",
            ["outcome"],
            registry=registry,
        )
        self._last = Gauge(
            "pintu_learning_last_timestamp_seconds",
            "When the last learning came to an end; 0: none ever did",
            registry=registry,
        )
        self._outcome = Gauge(
            "pintu_learning_last_outcome",
            "1 for what came of the last try, 0 for the others",
            ["outcome"],
            registry=registry,
        )
        self._doubted = Gauge(
            "pintu_learning_labels_doubted",
            "1 while the newest labels are unlike all before and nobody has confirmed them",
            registry=registry,
        )
        self._rows = Gauge(
            "pintu_learning_rows",
            "Rows of the last learning: of all, and of those held back to try it on",
            ["part"],
            registry=registry,
        )
        self._share = Gauge(
            "pintu_learning_share",
            "Of the rows held back, under the rules in force then and the candidate: routed by "
            "itself, of these rightly (precision), right agency first (right)",
            ["rules", "figure"],
            registry=registry,
        )
        for outcome in OUTCOMES:
            self._runs.labels(outcome)
            self._outcome.labels(outcome).set(0)

    def ran(self, outcome: str) -> None:
        """One came to its end just now."""
        self._runs.labels(outcome).inc()

    def last(self, outcome: str) -> None:
        """What came of the last try."""
        for one in OUTCOMES:
            self._outcome.labels(one).set(one == outcome)

    def learned(self, at: datetime, rows: int, newest: int, *, doubted: bool) -> None:
        """The last one that came to an end."""
        self._last.set(at.timestamp())
        self._rows.labels("all").set(rows)
        self._rows.labels("newest").set(newest)
        self._doubted.set(doubted)

    def tried(self, rules: str, side: Tried, rows: int) -> None:
        """How good the rules `in_force` or the `candidate` were on the newest rows."""
        share = {
            "by_itself": (side.routed, rows),
            "precision": (side.routed_right, side.routed),
            "right": (side.first_right, rows),
        }
        for figure, (part, whole) in share.items():
            self._share.labels(rules, figure).set(part / whole if whole else 0.0)
