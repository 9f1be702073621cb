"""The words of a complaint that may tell what it is about: none by which somebody, or where
somebody lives, could be recognised. What is left may be proposed as a phrase of the rules."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise
from tomllib import loads
from typing import Final

from broker.domain.masking import masked
from broker.domain.routing.language.text import words
from broker.domain.routing.language.vocabulary import UNKNOWN
from broker.domain.routing.rules import Rules
from gateway.text.names import NAME_MASK, without_names

SHORTEST: Final = 3
"""Letters of a word that tells something."""
LONGEST: Final = 30
_CLAUSE: Final = re.compile(r"[.,;:!?()\"\n\r/|]+")
_FIRST: Final = re.compile(r"[^\W\d_]+")
_LISTS: Final = {
    name: frozenset(listed.split())
    for name, listed in loads(
        (files("gateway.desk.services") / "words.toml").read_text("utf-8")
    ).items()
}
_TITLES: Final = _LISTS["titles"]
"""What follows is somebody's name, but for ``offices``."""
_OFFICES: Final = _LISTS["offices"]
_PLACES: Final = _LISTS["places"]
"""What follows is the name of a place, or a number."""
_SILENT: Final = _LISTS["silent"]
_ROAD: Final = "jalan"
"""What follows is the name of one, where the rules do not know the word."""
_ITS: Final = "nya"
_WITH_ITS: Final = 7
"""Letters of a word with that ending: `tanya` is one without."""
_AFTER: Final = 2
"""Words of a name that are cut."""


@dataclass(slots=True)
class Told:
    """What a text is made of. ``terms``: words, and pairs of words that follow each other, with a
    blank between; ``cut``: words that stood where a name stands."""

    terms: set[str] = field(default_factory=set)
    cut: set[str] = field(default_factory=set)


class WordTeller:
    """Takes words out of texts, as the rules read them."""

    def __init__(self, rules: Rules) -> None:
        self._vocabulary = rules.vocabulary
        self._expand = dict(rules.words.expand)
        self._ignore = _SILENT | frozenset(rules.words.ignore)
        self._places = frozenset(_names_of_places(rules))

    def told(self, text: str, here: Iterable[str | None], name: str | None) -> Told:
        """``here``: what its fields say of the place; ``name``: its reporter's."""
        found = Told()
        found.cut.update(words(name or ""))
        local = {word for said in (*here, name) for word in words(said or "")}
        for clause in _CLAUSE.split(without_names(masked(text)).replace(NAME_MASK, ".")):
            for run in self._runs(clause, local, found.cut):
                found.terms.update(run)
                found.terms.update(map(" ".join, pairwise(run)))
        return found

    def _runs(self, clause: str, local: Collection[str], cut: set[str]) -> Iterator[list[str]]:
        """Words that tell something and follow each other, but for those that say nothing."""
        run: list[str] = []
        names, behind = _names(clause), 0
        for written in words(clause):
            word = _alone(self._expand.get(written, written))
            if word in self._ignore and written not in _TITLES and written not in _PLACES:
                continue
            follows, behind = behind > 0, behind - 1
            if written in _TITLES or written in _PLACES:
                behind = _AFTER
            elif (
                (follows and word not in _OFFICES)
                or written in names
                or (run[-1:] == [_ROAD] and not self._knows(word))
            ):
                cut.add(written)
            elif self._tells(word) and word not in local:
                behind = 0
                run.append(word)
                continue
            if run:
                yield run
            run = []
        if run:
            yield run

    def _knows(self, word: str) -> bool:
        return UNKNOWN not in self._vocabulary.stream(word)

    def _tells(self, word: str) -> bool:
        return (
            SHORTEST <= len(word) <= LONGEST
            and word.isalpha()
            and word.isascii()
            and word not in self._places
        )


def _alone(word: str) -> str:
    """Without the ending of what belongs to it: `beasiswanya`. The other endings are those of whole
    words as well: `sekolah`."""
    return word[: -len(_ITS)] if word.endswith(_ITS) and len(word) >= _WITH_ITS else word


def _names(clause: str) -> set[str]:
    """Words in a clause that are written like names, unless all of it is written so: not the
    first, which any sentence begins with a capital; not what is all capitals, as PPDB."""
    found = _FIRST.findall(clause)
    capitals = [word for word in found[1:] if word[:1].isupper() and not word.isupper()]
    if len(capitals) * 2 > len(found):
        return set()
    return {word.lower() for word in capitals}


def _names_of_places(rules: Rules) -> Iterator[str]:
    for area in rules.gazetteer.areas.values():
        for name in (area.name, *area.aliases):
            yield from words(name)
    for road in rules.roads:
        for name in (road.name, *road.aliases):
            yield from (word for word in words(name) if word not in _PLACES)
    for other in rules.outside:
        yield from words(other.name)
