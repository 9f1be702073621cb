"""The rows of a month, decided by a configuration: what went where, and whether that was right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.learned.calibration import CERTAIN
from broker.domain.routing.rules import Rules
from config.loading import load_rules
from pintu.rules.evaluating.own_topics import key_of
from pintu.rules.evaluating.scoring import best_candidate

ASKED = (0.90, 0.95)
"""Precisions asked of what is routed by itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`topic`: its key; `right`: the first candidate was right; `routed`: by itself, with each of
    ASKED."""

    topic: str
    right: bool
    routed: tuple[bool, ...]

    def routed_right(self, asked: int) -> bool:
        """Whether it went to the right agency by itself."""
        return self.right and self.routed[asked]


def scored(config: Path, rows: Sequence[Mapping[str, str]]) -> list[Outcome]:
    """Each row, on its own day. An agency that the configuration does not know counts as wrong."""
    rules = load_rules(config)
    asked = [_asking(rules, precision) for precision in ASKED]
    return [_outcome(row, asked) for row in rows]


def _asking(rules: Rules, precision: float) -> Rules:
    """The same rules with the threshold that gives such a precision, as the model file says."""
    model = rules.model
    assert model is not None
    found = {asked: auto for asked, auto, *_ in model.validation["asked"]}
    auto = found[precision]
    never = CERTAIN + 1
    return replace(
        rules, model=replace(model, auto=never if auto is None else round(auto * CERTAIN)).ready()
    )


def _outcome(row: Mapping[str, str], asked: Sequence[Rules]) -> Outcome:
    place = Place(
        district=row.get("district") or None,
        village=row.get("village") or None,
        address=row.get("address") or None,
    )
    query, on = Query(row["text"], place=place), date.fromisoformat(row["reported_at"][:10])
    decisions = [decide(query, rules, on=on) for rules in asked]
    index = asked[0].agency_index
    wanted = index.get(row["agency"]) or index.get(agency_key(row["agency"]))
    first = decisions[0].agency or best_candidate(decisions[0])
    return Outcome(
        key_of(row.get("topic")),
        wanted is not None and first == wanted,
        tuple(decision.agency is not None for decision in decisions),
    )
