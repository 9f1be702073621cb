"""Complaints of one agency that are like one another and like nothing else: by words that several
of them have and hardly any other complaint has. Pure; codes and words in, groups out.

The words are what frequent-term-based clustering goes by (Beil, Ester, Xu: KDD 2002): a group is
found together with the words that tell of it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final

FEWEST: Final = 3
"""Complaints of a group."""
TELLING: Final = 0.6
"""Share of the complaints with a word that are the agency's."""
UNKNOWN: Final = 0.25
"""Share of the agency's complaints with a word that are unlike anything known: of a word that the
rules route by most are not."""
UNLIKELY: Final = 1e-5
"""The chance of so many complaints with a word, if they had it as often as all others."""
TOGETHER: Final = 0.5
"""Share of the smaller one's complaints that two words of one group have both."""
ALIKE: Final = 0.7
"""Share of the words of two complaints that both have, from which they are one sent twice."""
AGREEING: Final = 2
"""Words of the group that each of its complaints has: one alone is an accident."""
MOST_PHRASES: Final = 6
_LEAST: Final = 1e-300
"""Of a chance that is nought."""


@dataclass(frozen=True, slots=True)
class Row:
    """A complaint. ``of``: whom it was assigned to; ``terms``: words and pairs of words;
    ``unknown``: whether it is unlike anything that the rules know."""

    id: str
    of: str
    terms: frozenset[str]
    unknown: bool


@dataclass(frozen=True, slots=True)
class Group:
    """``ids``: of its complaints, in the order of the rows; ``phrases``: what tells of them, pairs
    before words."""

    of: str
    ids: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    rows: frozenset[int]
    surprise: float

    @property
    def rank(self) -> tuple[float, int, str]:
        return -self.surprise, -len(self.text.split()), self.text


def groups(
    rows: Sequence[Row], never: Set[str] = frozenset(), known: Collection[str] = ()
) -> list[Group]:
    """The largest first. ``never``: words that are no phrases, alone or in a pair; ``known``:
    phrases that the rules have."""
    everywhere = Counter(term for row in rows for term in row.terms)
    found = []
    for of in sorted({row.of for row in rows if row.unknown}):
        unknown = {n: row for n, row in enumerate(rows) if row.unknown and row.of == of}
        if len(unknown) >= FEWEST:
            own = [row for row in rows if row.of == of]
            telling = _telling(unknown, own, everywhere, len(rows))
            terms = [one for one in telling if one.text not in known]
            terms = [one for one in terms if never.isdisjoint(one.text.split())]
            found += [_group(of, rows, some) for some in _joined(terms)]
    return sorted(filter(None, found), key=lambda one: (-len(one.ids), one.of, one.phrases))


def _telling(
    unknown: Mapping[int, Row], own: Sequence[Row], everywhere: Mapping[str, int], of: int
) -> list[_Term]:
    """What these have and complaints of other agencies do not, the most telling first. ``own``: all
    of the agency; ``of``: how many there are in all."""
    having: dict[str, set[int]] = defaultdict(set)
    for n, row in unknown.items():
        for term in row.terms:
            having[term].add(n)
    mine = Counter(term for row in own for term in row.terms)
    found = []
    for term, rows in having.items():
        elsewhere = everywhere[term] - mine[term]
        if len(rows) < max(FEWEST, UNKNOWN * mine[term]) or mine[term] < TELLING * everywhere[term]:
            continue
        chance = tail(len(rows), len(unknown), (elsewhere + 1) / (of - len(own) + 2))
        if chance < UNLIKELY:
            found.append(_Term(term, frozenset(rows), -log(max(chance, _LEAST))))
    return sorted(found, key=lambda one: one.rank)


def _joined(terms: Sequence[_Term]) -> Iterator[list[_Term]]:
    """Terms that stand in the same complaints, together."""
    left = list(terms)
    while left:
        some = [left.pop(0)]
        rows = set(some[0].rows)
        for other in list(left):
            both = len(rows & other.rows)
            if both >= TOGETHER * min(len(rows), len(other.rows)):
                some.append(other)
                rows |= other.rows
                left.remove(other)
        yield some


def _group(of: str, rows: Sequence[Row], some: Sequence[_Term]) -> Group | None:
    """None where too few complaints have several of the words."""
    has = Counter(n for term in some for n in term.rows)
    those = sorted(n for n, many in has.items() if many >= min(AGREEING, len(some)))
    if _different(rows[n] for n in those) < FEWEST:
        return None
    return Group(of, tuple(rows[n].id for n in those), tuple(_phrases(some, set(those))))


def _different(rows: Iterable[Row]) -> int:
    """How many there are, what was sent twice counted once; no further than is asked for."""
    found: list[Row] = []
    for row in rows:
        if all(len(row.terms & one.terms) < ALIKE * len(row.terms | one.terms) for one in found):
            found.append(row)
            if len(found) == FEWEST:
                break
    return len(found)


def _phrases(some: Sequence[_Term], rows: set[int]) -> list[str]:
    """Pairs first; a word that the pairs say already is left out."""
    pairs = [one for one in some if " " in one.text and one.rows & rows]
    said = {word for pair in pairs[:MOST_PHRASES] for word in pair.text.split()}
    alone = [one for one in some if " " not in one.text and one.text not in said]
    return [one.text for one in [*pairs, *alone][:MOST_PHRASES]]


def tail(many: int, of: int, p: float) -> float:
    """The chance of so many or more of ``of``, each with the chance ``p``."""
    if p >= 1:
        return 1.0
    return min(sum(_exactly(n, of, p) for n in range(many, of + 1)), 1.0)


def _exactly(n: int, of: int, p: float) -> float:
    ways = lgamma(of + 1) - lgamma(n + 1) - lgamma(of - n + 1)
    return exp(ways + n * log(p) + (of - n) * log(1 - p))


def too_personal(told: Iterable[tuple[Collection[str], Collection[str]]]) -> set[str]:
    """Words that stood where a name stands, a third of the times that they were written at all.
    ``told``: of each complaint its words, and the words that were cut."""
    said: Counter[str] = Counter()
    cut: Counter[str] = Counter()
    for terms, names in told:
        said.update(term for term in terms if " " not in term)
        cut.update(names)
    return {word for word, times in cut.items() if times * 3 >= said[word]}
