"""Every case that has words, in memory, as far as it is looked for: so many that a list of them
all could not be read while somebody waits (docs/explanation/decisions/0042-search.md)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from broker.domain.case import (
    Case,
    CaseFilter,
    Facts,
    Said,
    facts_of,
    folded,
    missing,
    said_texts,
    terms_of,
    texts_of,
)
from broker.domain.case.listing import checks_of
from broker.ports import ListPlace


@dataclass(frozen=True, slots=True)
class Entry:
    """One case. ``lines``: which value of it; ``words``: what was written in it, ``folded``."""

    lines: int
    facts: Facts
    words: str


class SearchIndex:
    """What is known of each case, by its id, and all of them in the order of a list."""

    def __init__(self) -> None:
        self._entries: dict[UUID, Entry] = {}
        self._order: list[ListPlace] = []
        self._ordered = True

    def __len__(self) -> int:
        return len(self._entries)

    def ids(self) -> set[UUID]:
        """Of all cases in it."""
        return set(self._entries)

    def lines(self, complaint: UUID) -> int | None:
        """Which value of a case is in it; None where none is."""
        entry = self._entries.get(complaint)
        return None if entry is None else entry.lines

    def put(self, case: Case, said: Iterable[Said], lines: int) -> None:
        """A case that comes with its complaint, as it is now."""
        if case.complaint_id not in self._entries:
            self._ordered = False
            self._order.append((case.opened_at, case.complaint_id))
        texts = (*texts_of(case.complaint), *said_texts(said))
        self._entries[case.complaint_id] = Entry(lines, facts_of(case), folded(texts))

    def drop(self, complaints: Iterable[UUID]) -> None:
        """These cases, with their words."""
        gone = [one for one in complaints if self._entries.pop(one, None) is not None]
        if gone:
            self._order = [place for place in self._order if place[1] in self._entries]

    def fitting(self, wanted: CaseFilter, after: ListPlace | None = None) -> Iterator[UUID]:
        """The ids of the cases that are wanted, in the order of the list, behind a place."""
        checks, terms = checks_of(wanted), terms_of(wanted.text or "")
        for _, complaint in self._behind(after, wanted.newest_first):
            entry = self._entries.get(complaint)  # gone, perhaps, while somebody reads the list
            if entry is None or (terms and missing(terms, entry.words)):
                continue
            facts = entry.facts
            if all(check(facts) for check in checks):
                yield complaint

    def _behind(self, after: ListPlace | None, newest_first: bool) -> Iterable[ListPlace]:
        if not self._ordered:
            self._order.sort()
            self._ordered = True
        if newest_first:
            end = len(self._order) if after is None else bisect_left(self._order, after)
            return reversed(self._order[:end])
        begin = 0 if after is None else bisect_right(self._order, after)
        return self._order[begin:]
