"""What two sets of rules make of the same rows."""

from collections.abc import Sequence
from datetime import date

from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from pintu.rules.evaluating.diff import Changes
from pintu.rules.evaluating.history import Example
from pintu.rules.evaluating.scoring import Tally, best_candidate
from pintu.rules.learning.history import Row
from pintu.rules.renewing.choosing import Comparison, Outcome, compared

_NOTHING = Outcome(routed=False, first=False)


def comparison(rows: Sequence[Row], old: Rules | None, new: Rules, on: date) -> Comparison:
    """`old`: None where nothing was in force, which decides nothing."""
    return compared(
        (_outcome(row, old, on) if old else _NOTHING, _outcome(row, new, on)) for row in rows
    )


def tallied(rows: Sequence[Row], rules: Rules, on: date) -> Tally:
    """As `pintu rules evaluate` counts them."""
    tally = Tally(rules, on)
    for example in _examples(rows):
        tally.take(example)
    return tally


def changes(rows: Sequence[Row], old: Rules, new: Rules, on: date) -> Changes:
    """As `pintu rules diff` counts them."""
    found = Changes(old, new, on)
    for example in _examples(rows):
        found.take(example)
    return found


def labels(rows: Sequence[Row], rules: Rules | None, on: date) -> list[str]:
    """Who answers today for the agency of each row: one that was merged counts as its successor."""
    return [_label(row.agency, rules, on) for row in rows]


def _label(agency: str, rules: Rules | None, on: date) -> str:
    key = agency_key(agency)
    code = rules.agency_index.get(key) if rules else None
    return (rules.answering(code, on) if rules and code else None) or key or agency


def _outcome(row: Row, rules: Rules, on: date) -> Outcome:
    code = rules.agency_index.get(agency_key(row.agency))
    right = rules.answering(code, on) if code else None
    decision = decide(_query(row), rules, on=on)
    first = decision.agency or best_candidate(decision)
    return Outcome(decision.agency is not None, right is not None and first == right)


def _examples(rows: Sequence[Row]) -> list[Example]:
    """Confidential, all of them: what is kept of a learning has figures, and no word of a text."""
    return [
        Example(number, _query(row), row.agency, row.topic or "", confidential=True)
        for number, row in enumerate(rows, start=2)
    ]


def _query(row: Row) -> Query:
    place = Place(district=row.district, village=row.village, address=row.address)
    return Query(row.text, place=place)
