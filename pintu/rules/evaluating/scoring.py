"""Decisions against what was right: counted a row at a time, summed up in the end."""

import heapq
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Final, Literal

from broker.domain.masking import masked
from broker.domain.routing.decide import Decision, decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import DISTRICT, VILLAGE, VILLAGE_LEVELS
from config.language import gettext
from gateway.text.names import without_names
from pintu.rules.evaluating.discretion import Outcomes
from pintu.rules.evaluating.history import Example
from pintu.rules.evaluating.own_topics import OwnTopics
from pintu.rules.learning.twins import Twin, likely

DESK: Final = None
"""Where a complaint goes that is not routed by itself."""
THRESHOLDS: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_UNSURE: Final = "triage/unsure"
"""What another threshold would route; the other reasons for the desk it would not."""
_ERRORS: Final = 20
_TEXT: Final = 160
"""Characters of a text that a sample shows."""
_OPEN_ENDED: Final = -1.0

Why = Literal["unknown", "ended"]


@dataclass(frozen=True, slots=True)
class Error:
    """A row that was routed by itself, and wrongly."""

    row: int
    right: str
    given: str
    confidence: float
    because: str
    text: str


@dataclass(frozen=True, slots=True)
class At:
    """What a threshold would do: how many are routed by themselves, and rightly."""

    threshold: float
    routed: int
    right: int


@dataclass(slots=True)
class Part:
    """Of some of the rows, those that were routed by themselves, rightly, and whose best candidate
    was right."""

    rows: int = 0
    routed: int = 0
    routed_right: int = 0
    first_right: int = 0

    def take(self, routed: bool, right: bool) -> None:
        """One more row; ``right``: its best candidate, which is the agency that it is routed to."""
        self.rows += 1
        self.routed += routed
        self.routed_right += routed and right
        self.first_right += right


@dataclass(slots=True)
class Tally:
    """The score of rules on history. Codes are those of the configuration.

    ``went``: (right agency, where it went, or DESK) → rows; ``first``: the same with the best
    candidate, whether or not it was sure enough, or None where there was none. ``topics``: topic
    → rows, of them the best candidate was right. ``strange``: agencies as written that the
    configuration does not know or that are gone without a successor, whose rows are not scored.
    ``discretion``: rows of topics that are the desk's discretion; ``outcomes``: of all the others.
    """

    rules: Rules
    on: date
    rows: int = 0
    routed: int = 0
    routed_right: int = 0
    first_right: int = 0
    went: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    first: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    topics: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    strange: Counter[tuple[str, Why]] = field(default_factory=Counter)
    strange_said: dict[str, Counter[str]] = field(default_factory=dict)
    """Of each unknown name, whom the rules name first for its rows."""
    without_agency: list[int] = field(default_factory=list)
    discretion: Part = field(default_factory=Part)
    outcomes: Outcomes = field(default_factory=Outcomes)
    _own: OwnTopics = field(init=False)
    _offices: Mapping[str, str] = field(init=False)
    _points: list[tuple[float, bool]] = field(default_factory=list)
    _errors: list[tuple[float, int, Error]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._own = OwnTopics(self.rules)
        areas = self.rules.gazetteer.areas.values()
        self._offices = {
            a.office: (VILLAGE if a.level in VILLAGE_LEVELS else DISTRICT)
            for a in areas
            if a.office
        }

    @property
    def auto(self) -> float:
        """The confidence from which the rules route by themselves."""
        return self.rules.auto

    def take(self, example: Example) -> None:
        """Decide one row and count it."""
        right = self._answering(example)
        if right is None:
            self._listen(example)
            return
        decision = decide(example.query, self.rules, on=self.on)
        first = decision.agency or best_candidate(decision)
        self.rows += 1
        self.first_right += first == right
        self.went[right, decision.agency] += 1
        self.first[right, first] += 1
        if decision.agency is None:
            self.reasons[decision.rule] += 1
        else:
            self.routed += 1
            self.routed_right += decision.agency == right
            if decision.agency != right and not example.confidential:
                self._sample(example, right, decision.agency, decision)
        if self._own.discretion(example.topic):
            self.discretion.take(decision.agency is not None, first == right)
        else:
            self.outcomes.take(example.topic, self._kind(right), first, first == right)
        found = self.rules.topic_name(decision.topic)
        topic = self.topics[example.topic or found or decision.topic or gettext("no topic")]
        topic[0] += 1
        topic[1] += first == right
        routable = decision.agency is not None or decision.rule == _UNSURE
        self._points.append((decision.confidence if routable else _OPEN_ENDED, first == right))

    @property
    def errors(self) -> list[Error]:
        """The wrong ones that were the surest, the surest first: there is most to learn."""
        return [error for _, _, error in sorted(self._errors, key=lambda e: (-e[0], -e[1]))]

    def at(self, thresholds: Sequence[float]) -> list[At]:
        """What each of these thresholds would do with the rows that were scored."""
        points = sorted(self._points)
        right = [0, *accumulate(good for _, good in points)]
        found = []
        for threshold in thresholds:
            start = bisect_left(points, (threshold, False))
            found.append(At(threshold, len(points) - start, right[-1] - right[start]))
        return found

    def curve(self, most: int = 200) -> list[At]:
        """At the confidences that occur, evenly picked, the lowest first."""
        levels = sorted({level for level, _ in self._points if level >= 0})
        step = max(1, len(levels) // most)
        return self.at(levels[::step])

    def _answering(self, example: Example) -> str | None:
        """Who answers today for the agency of a row; None, and counted, where nobody does."""
        if not example.agency:
            self.without_agency.append(example.row)
            return None
        code = self.rules.agency_index.get(agency_key(example.agency))
        answering = self.rules.answering(code, self.on) if code else None
        if answering is None:
            self.strange[example.agency, "ended" if code else "unknown"] += 1
        return answering

    def _kind(self, agency: str) -> str:
        """The offices of all villages are one, and so are those of all districts."""
        return self._offices.get(agency, agency)

    def _listen(self, example: Example) -> None:
        """What the rules say of a row whose agency they do not know: it may be one that they do."""
        if (example.agency, "unknown") not in self.strange:
            return
        decision = decide(example.query, self.rules, on=self.on)
        first = decision.agency or best_candidate(decision)
        if example.agency and first is not None:
            self.strange_said.setdefault(example.agency, Counter())[first] += 1

    def likely(self, name: str) -> Twin | None:
        """The agency that an unknown name most likely is; None where none is."""
        offices = {area.office for area in self.rules.gazetteer.areas.values()}
        own = [agency for code, agency in self.rules.agencies.items() if code not in offices]
        present: Counter[str] = Counter()
        for (right, _), rows in self.went.items():
            present[right] += rows
        said = self.strange_said.get(name, Counter())
        return likely(name, self.strange[name, "unknown"], own, said, present)

    def _sample(self, example: Example, right: str, given: str, decision: Decision) -> None:
        error = Error(
            row=example.row,
            right=right,
            given=given,
            confidence=decision.confidence,
            because=decision.because,
            text=shortened(example.query.text),
        )
        entry = (decision.confidence, -example.row, error)
        if len(self._errors) < _ERRORS:
            heapq.heappush(self._errors, entry)
        else:
            heapq.heappushpop(self._errors, entry)


def best_candidate(decision: Decision) -> str | None:
    """Whom the desk is shown first."""
    return decision.alternatives[0].agency if decision.alternatives else None


def shortened(text: str, most: int = _TEXT) -> str:
    """The beginning of a text on one line; telephone numbers, NIK, e-mail addresses and names as
    far as they can be told are masked."""
    line = without_names(" ".join(masked(text).split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
