"""Decisions by category that depend on nothing but a few fields, kept until other rules come.

Most topics have no conditions and belong to no office of a place: whatever the text says, their
category leads to the same decision, but for the place that the fields name.
"""

from datetime import date
from typing import Final

from broker.domain.routing.decision import Decision, Query
from broker.domain.routing.tables import PLACE_OFFICES, Topic

MOST: Final = 1 << 12
"""Decisions in memory, of some 700 bytes each; then they are forgotten all at once."""
_LONGEST: Final = 120
"""Characters of the category and the place together."""

Key = tuple[str, date, str | None, str | None, str | None]


class Remembered:
    """The decisions of one set of rules."""

    __slots__ = ("_decisions",)

    def __init__(self) -> None:
        self._decisions: dict[Key, Decision] = {}

    def __len__(self) -> int:
        return len(self._decisions)

    def get(self, key: Key) -> Decision | None:
        return self._decisions.get(key)

    def keep(self, key: Key, decision: Decision) -> None:
        """A stream of new places only costs what deciding costs."""
        category, _, *place = key
        if len(category) + sum(len(part) for part in place if part) <= _LONGEST:
            if len(self._decisions) >= MOST:
                self._decisions.clear()
            self._decisions[key] = decision


def key_of(query: Query, on: date) -> Key | None:
    """All that such a decision depends on; None where another field is asked first."""
    if not query.category or query.agency:
        return None
    place = query.place
    return query.category, on, place.region, place.district, place.village


def says_all(topic: Topic) -> bool:
    """Whether neither the text nor the place has a say in who is answerable for a topic."""
    return not topic.when and PLACE_OFFICES.isdisjoint((topic.agency, *topic.supporting))
