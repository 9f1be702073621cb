"""What would go elsewhere under other rules: two decisions a row, side by side."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from broker.domain.routing.decide import decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from config.language import gettext, marked, worded
from pintu.rules.evaluating.history import Example
from pintu.rules.evaluating.scoring import DESK, shortened
from pintu.rules.evaluating.text_report import Section, clipped, columns, listed, percent

_EXAMPLES: Final = 3
_SHOWN: Final = 20
_WITH_EXAMPLES: Final = 8
_AGENCY_HEADS: Final = (
    *(marked("agency"), marked("now"), marked("loses"), marked("gains"), marked("then")),
)
_PAIR_HEADS: Final = (marked("times"), marked("from"), marked("to"))
_KNOWN_HEADS: Final = (marked("better"), marked("worse"))


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


def changes_report(changes: Changes, source: str, without_text: list[int]) -> Iterator[Section]:
    """In words, section by section."""
    old, new = changes.old, changes.new
    yield (
        worded(
            "{name}, rules {version} → {name2}, rules {version2}, on {source}",
            name=old.name,
            version=old.version,
            name2=new.name,
            version2=new.version,
            source=source,
        ),
        list(_totals(changes)),
    )
    if changes.moves:
        yield gettext("What each would get"), _agencies(changes)
        yield gettext("Where they go from, and where to"), _moves(changes)
        yield gettext("Examples"), list(_examples(changes))
    if without_text:
        yield (
            gettext("Left out"),
            [
                worded(
                    "{without_text:,} rows without text: {listed}",
                    without_text=len(without_text),
                    listed=listed(without_text),
                )
            ],
        )


def _totals(changes: Changes) -> Iterator[str]:
    rows = changes.rows
    yield from columns(
        [
            (gettext("complaints"), worded("{n:,}", n=rows), ""),
            (
                gettext("would go elsewhere"),
                worded("{n:,}", n=changes.moved),
                percent(changes.moved, rows),
            ),
            (
                gettext("  to the desk, which are routed now"),
                worded("{n:,}", n=changes.to_desk),
                "",
            ),
            (gettext("  from the desk, to be routed"), worded("{n:,}", n=changes.from_desk), ""),
            (
                gettext("keep their agency, other agencies support it"),
                worded("{n:,}", n=changes.supported),
                "",
            ),
        ],
        left=(0,),
    )
    before, after = changes.before, changes.after
    table = [
        ("", gettext("before"), gettext("after")),
        (
            gettext("routed by themselves"),
            percent(before.routed, rows),
            percent(after.routed, rows),
        ),
    ]
    if changes.known:
        known = changes.known
        table += [
            (worded("of {known:,} whose agency is known:", known=known), "", ""),
            (gettext("  routed to it"), percent(before.right, known), percent(after.right, known)),
            (
                gettext("  routed to another"),
                percent(before.wrong, known),
                percent(after.wrong, known),
            ),
        ]
    yield ""
    yield from columns(table, left=(0,))
    if changes.known:
        totals = Counter[str]()
        for move in changes.moves.values():
            totals.update(better=move.better, worse=move.worse)
        yield worded(
            "  {totals:,} get better, {totals2:,} get worse",
            totals=totals["better"],
            totals2=totals["worse"],
        )


def _agencies(changes: Changes) -> list[str]:
    balances = changes.by_agency()
    rows = [
        (
            clipped(changes.called(b.agency)),
            *(worded("{n:,}", n=n) for n in (b.before, b.loses, b.gains, b.after)),
            f"{b.after - b.before:+,}",
        )
        for b in balances[:_SHOWN]
    ]
    head = (*map(gettext, _AGENCY_HEADS), "")
    more = len(balances) - _SHOWN
    return [
        *columns([head, *rows], left=(0,)),
        *([worded("  … and {more:,} more (--json has all)", more=more)] if more > 0 else []),
    ]


def _moves(changes: Changes) -> list[str]:
    head = (*map(gettext, _PAIR_HEADS), *(map(gettext, _KNOWN_HEADS) if changes.known else ()))
    rows = [
        (
            worded("{n:,}", n=move.rows),
            clipped(changes.called(old)),
            clipped(changes.called(new)),
            *(
                (worded("{n:,}", n=move.better), worded("{n:,}", n=move.worse))
                if changes.known
                else ()
            ),
        )
        for (old, new), move in changes.sorted_moves()[:_SHOWN]
    ]
    more = len(changes.moves) - _SHOWN
    return [
        *columns([head, *rows], left=(1, 2)),
        *([worded("  … and {more:,} more pairs (--json has all)", more=more)] if more > 0 else []),
    ]


def _examples(changes: Changes) -> Iterator[str]:
    for (old, new), move in changes.sorted_moves()[:_WITH_EXAMPLES]:
        for example in move.examples:
            yield worded("row {row}: {text}", row=example.row, text=example.text)
            yield worded(
                "    from {called}: {because_old}",
                called=changes.called(old),
                because_old=example.because_old,
            )
            yield worded(
                "    to {called}: {because_new}",
                called=changes.called(new),
                because_new=example.because_new,
            )
