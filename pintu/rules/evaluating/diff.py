"""What would go elsewhere under other rules: two decisions a row, side by side."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from broker.domain.routing.decide import decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from config.language import gettext
from pintu.rules.evaluating.history import Example
from pintu.rules.evaluating.scoring import DESK, shortened

_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Instance:
    """A row that would go elsewhere, and why each of the rules decides as it does."""

    row: int
    text: str
    because_old: str
    because_new: str


@dataclass(slots=True)
class Move:
    """Rows that go from one place to another; ``better`` and ``worse``: of those whose agency is
    known, how many reach it only under the new rules, and only under the old."""

    rows: int = 0
    better: int = 0
    worse: int = 0
    examples: list[Instance] = field(default_factory=list)


@dataclass(slots=True)
class Side:
    """One of the two rules: rows routed by themselves; of those whose agency is known, right and
    wrong ones."""

    routed: int = 0
    right: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows that an agency (None: the desk) gets under the old rules, loses, gains, and then has."""

    agency: str | None
    before: int
    loses: int
    gains: int
    after: int


@dataclass(slots=True)
class Changes:
    """``moves``: (where it went, where it would go; DESK for triage) → what is known of them.
    ``supported``: rows that keep their agency, but other agencies support it; ``gets``: rows by
    where they go under the old rules."""

    old: Rules
    new: Rules
    on: date
    rows: int = 0
    known: int = 0
    supported: int = 0
    gets: Counter[str | None] = field(default_factory=Counter)
    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    moves: dict[tuple[str | None, str | None], Move] = field(default_factory=dict)

    def take(self, example: Example) -> None:
        """Decide one row under both, and compare."""
        first = decide(example.query, self.old, on=self.on)
        then = decide(example.query, self.new, on=self.on)
        right_before, right_after = self._right(example, self.old), self._right(example, self.new)
        known = right_before is not None or right_after is not None
        was = first.agency is not None and first.agency == right_before
        is_now = then.agency is not None and then.agency == right_after
        self.rows += 1
        self.known += known
        self.gets[first.agency] += 1
        for side, decision, good in ((self.before, first, was), (self.after, then, is_now)):
            side.routed += decision.agency is not None
            side.right += good
            side.wrong += known and decision.agency is not None and not good
        if first.agency == then.agency:
            self.supported += set(first.supporting) != set(then.supporting)
            return
        move = self.moves.setdefault((first.agency, then.agency), Move())
        move.rows += 1
        move.better += is_now and not was
        move.worse += was and not is_now
        if len(move.examples) < _EXAMPLES and not example.confidential:
            text = shortened(example.query.text)
            move.examples.append(Instance(example.row, text, first.because, then.because))

    @property
    def moved(self) -> int:
        return sum(move.rows for move in self.moves.values())

    @property
    def to_desk(self) -> int:
        """Rows that would be left to the desk and are routed now."""
        return sum(move.rows for (_, new), move in self.moves.items() if new is DESK)

    @property
    def from_desk(self) -> int:
        """Rows that would be routed and are left to the desk now."""
        return sum(move.rows for (old, _), move in self.moves.items() if old is DESK)

    def by_agency(self) -> list["Balance"]:
        """Every place that gets other complaints than before, who loses or gains most first."""
        counts: dict[str | None, list[int]] = {}
        for (old, new), move in self.moves.items():
            counts.setdefault(old, [0, 0])[0] += move.rows
            counts.setdefault(new, [0, 0])[1] += move.rows
        found = [
            Balance(place, self.gets[place], loses, gains, self.gets[place] - loses + gains)
            for place, (loses, gains) in counts.items()
        ]
        return sorted(found, key=lambda b: (-abs(b.after - b.before), b.agency or ""))

    def called(self, code: str | None) -> str:
        """A place by its name under whichever rules know it."""
        if code is DESK:
            return gettext("the desk (triage)")
        return (self.new if code in self.new.agencies else self.old).agency_name(code)

    def sorted_moves(self) -> list[tuple[tuple[str | None, str | None], Move]]:
        """The most frequent first."""
        return sorted(self.moves.items(), key=lambda m: (-m[1].rows, m[0][0] or "", m[0][1] or ""))

    def _right(self, example: Example, rules: Rules) -> str | None:
        code = rules.agency_index.get(agency_key(example.agency)) if example.agency else None
        return rules.answering(code, self.on) if code else None


def changes_record(changes: Changes, without_text: list[int]) -> dict[str, object]:
    """As plain values; ``from``, ``to`` and ``agency`` are codes, null for triage."""
    return {
        "old": changes.old.version,
        "new": changes.new.version,
        "on": changes.on.isoformat(),
        "rows": changes.rows,
        "moved": changes.moved,
        "to_triage": changes.to_desk,
        "from_triage": changes.from_desk,
        "supporting_changed": changes.supported,
        "known": changes.known,
        "before": asdict(changes.before),
        "after": asdict(changes.after),
        "agencies": [asdict(balance) for balance in changes.by_agency()],
        "moves": [
            {"from": old, "to": new, **asdict(move)} for (old, new), move in changes.sorted_moves()
        ],
        "left_out": {"without_text": len(without_text)},
    }
