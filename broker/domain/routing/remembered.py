"""What of decisions depends on so little that it is kept, until other rules come.

Most topics have no conditions and belong to no office of a place: whatever the text says, their
category leads to the same decision, but for the place that the fields name. Where their words or a
learned model led to them, they lead to the same agency.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Generic, TypeVar

from broker.domain.routing.decision import Answer, Decision, Query
from broker.domain.routing.tables import PLACE_OFFICES, Topic

MOST: Final = 1 << 12
"""Of a kind in memory, of some 700 bytes each; then they are forgotten all at once."""
NO_CLASS: Final = -1
_LONGEST: Final = 120
"""Characters of the category and the place together."""

Key = TypeVar("Key")
Value = TypeVar("Value")
Fields = tuple[str, date, str | None, str | None, str | None]
"""Category, day, region, district and village."""


class Kept(Generic[Key, Value]):
    """A few values: a stream of new ones only costs what making them costs."""

    __slots__ = ("_values", "get")

    def __init__(self) -> None:
        self._values: dict[Key, Value] = {}
        self.get = self._values.get

    def __len__(self) -> int:
        return len(self._values)

    def keep(self, key: Key, value: Value) -> None:
        if len(self._values) >= MOST:
            self._values.clear()
        self._values[key] = value


class Remembered:
    """What is kept for one set of rules.

    ``decisions`` by category; ``answers``: of a class of the learned model, or ``NO_CLASS``, and
    the number of a topic, on a day.
    """

    __slots__ = ("answers", "decisions")

    def __init__(self) -> None:
        self.decisions: Kept[Fields, Decision] = Kept()
        self.answers: Kept[tuple[int, int, date], tuple[Topic, Answer]] = Kept()


def fields_of(query: Query, on: date) -> Fields | None:
    """All that a decision by category may depend on; None where another field is asked first, or
    where they are too long to be kept."""
    category, place = query.category, query.place
    if not category or query.agency or not isinstance(category, str):
        return None
    fields = category, on, place.region, place.district, place.village
    length = len(category) + sum([len(part) for part in fields[2:] if part])
    return fields if length <= _LONGEST else None


def says_all(topic: Topic) -> bool:
    """Whether neither the text nor the place has a say in who is answerable for a topic."""
    return not topic.when and PLACE_OFFICES.isdisjoint((topic.agency, *topic.supporting))
