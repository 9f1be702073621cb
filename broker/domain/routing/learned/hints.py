"""What phrases say of a complaint, as features of a learned model.

The candidates that the first day's rules would have: topics by their score and agencies by their
confidence, the strongest as `STRONGEST`. With little history they carry a model; with much of it
they still tell what no row of it said (decision 46).
"""

from datetime import date
from typing import Final

from broker.domain.routing.candidates import candidates
from broker.domain.routing.decision import Query
from broker.domain.routing.rules import Rules
from broker.domain.routing.situation import Situation

STRONGEST: Final = 60
"""What the strongest hint of its kind counts; the others in proportion, at least one."""
_NOBODY: Final[frozenset[str]] = frozenset()


def hints_of(query: Query, rules: Rules, on: date) -> dict[str, int]:
    """Hints with what each counts: ``topic <id>``, ``agency <code>``. ``rules``: those with the
    phrases; what the model of theirs says, if they have one, plays no part."""
    found = candidates(Situation(query, rules, on, _NOBODY))
    if not found:
        return {}
    topics: dict[str, float] = {}
    for one in found:
        if one.topic is not None:
            name = f"topic {one.topic.id}"
            topics[name] = max(one.score, topics.get(name, 0.0))
    agencies = {f"agency {one.key}": one.confidence for one in found}
    return {**_in_parts(topics), **_in_parts(agencies)}


def _in_parts(values: dict[str, float]) -> dict[str, int]:
    most = max(values.values(), default=0.0)
    if most <= 0:
        return {}
    return {name: max(1, round(STRONGEST * value / most)) for name, value in values.items()}
