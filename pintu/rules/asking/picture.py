"""A picture of the result: what citizens write about each question, and where it goes now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from broker.domain.routing.decide import decide
from broker.domain.routing.decision import Place, Query
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import VILLAGE_LEVELS
from config.loading.questions import QUESTIONS


@dataclass(frozen=True, slots=True)
class Example:
    """``agency``: who gets it; None: the desk, for the reason ``because``."""

    question: str
    text: str
    agency: str | None
    because: str


def examples(rules: Rules, on: date) -> Iterator[Example]:
    """One sentence a question, from the first village of the region, if it has any."""
    villages = sorted(
        c for c, area in rules.gazetteer.areas.items() if area.level in VILLAGE_LEVELS
    )
    place = Place(region=villages[0] if villages else rules.region)
    for question in QUESTIONS:
        text = question.examples[0]
        decision = decide(Query(text, place=place), rules, on=on)
        yield Example(question.id, text, decision.agency, decision.because)
