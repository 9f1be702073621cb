"""Topics that seem to be the desk's discretion: nobody tells from a complaint who will get it.

Such is a topic of which much goes wrong, so much that it is worth a decision, and among many
agencies: what should go to one and goes to one other is a twin, an office that moved or a wrong
table, and is mended there.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from broker.domain.routing.tables import TRIAGE
from pintu.rules.evaluating.own_topics import key_of
from pintu.rules.toml_text import toml_text

_FEWEST: Final = 20
"""Rows of a topic: of fewer, half may go wrong by bad luck."""
_LARGE: Final = 0.01
"""Of all rows: a smaller topic takes more of people's time than it gives back."""
_WELL: Final = 0.5
"""Of a topic's rows; where so many are right, the text tells who gets it."""
_WORTH: Final = 0.05
"""Of all that goes wrong."""
_ONE_PLACE: Final = 0.5
"""Of what goes wrong in a topic: if so much is of one agency and goes to one, that explains it."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A topic that seems to be the desk's discretion: ``rows`` of ``of_rows``, of which ``astray``
    of all the ``wrong`` ones had the wrong agency first; ``places``: agencies among which it is."""

    topic: str
    rows: int
    of_rows: int
    astray: int
    wrong: int
    places: int

    @property
    def right(self) -> int:
        """Rows whose first candidate was right."""
        return self.rows - self.astray


@dataclass(slots=True)
class _Outcome:
    """Of a topic: how it is written, rows, those right, and of the others who dealt with them and
    where they would go."""

    name: str
    rows: int = 0
    right: int = 0
    astray: Counter[tuple[str, str | None]] = field(default_factory=Counter)


class Outcomes:
    """Of rows by their topic: whether the first candidate was right."""

    def __init__(self) -> None:
        self._topics: dict[str, _Outcome] = {}

    def take(self, topic: str | None, wanted: str, given: str | None, right: bool) -> None:
        """One more row: who dealt with it, an agency or the kind of office of a place, and who
        would get it, None where there was no candidate."""
        name = " ".join((topic or "").split())
        one = self._topics.setdefault(key_of(name), _Outcome(name))
        one.rows += 1
        one.right += right
        if not right:
            one.astray[wanted, given] += 1

    def doubtful(self) -> list[Doubtful]:
        """What is most worth a decision first."""
        rows = sum(one.rows for one in self._topics.values())
        wrong = sum(one.rows - one.right for one in self._topics.values())
        found = [
            Doubtful(one.name, one.rows, rows, one.rows - one.right, wrong, _places(one))
            for one in self._topics.values()
            if one.name and _is_doubtful(one, rows, wrong)
        ]
        return sorted(found, key=lambda topic: (-topic.astray, topic.topic))


def _places(one: _Outcome) -> int:
    return len({place for pair in one.astray for place in pair if place is not None})


def _is_doubtful(one: _Outcome, rows: int, wrong: int) -> bool:
    astray = one.rows - one.right
    return (
        one.rows >= max(_FEWEST, _LARGE * rows)
        and one.right < _WELL * one.rows
        and astray >= _WORTH * wrong
        and max(one.astray.values()) < _ONE_PLACE * astray
    )


def entry(id: str, name: str) -> str:
    """The topic as it is to be pasted into a file of the folder ``topics``."""
    called = toml_text(name)
    return f'[[topic]]\nid = "{id}"\nname = {called}\nagency = "{TRIAGE}"\ndiscretion = true\n'
