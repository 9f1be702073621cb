"""How alike two names of offices are: words in common, and abbreviations of the one in the other.

"Dinas PU" is "Dinas Pekerjaan Umum dan Penataan Ruang" by initials; "Dinas Koperasi dan
Perdagangan" shares both of its words with a longer one. The kind of office says nothing.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from broker.domain.routing.language.text import words

LIKE: Final = 0.6
"""From here on two names may well be one office."""
_KINDS: Final = frozenset(
    words(
        """dinas badan kantor bagian satuan sekretariat unit upt uptd daerah kabupaten kota
        pemerintah pemkab pemkot setda"""
    )
)
_JOINING: Final = frozenset(words("dan serta yang untuk dr h"))
_LONG: Final = 6
"""Letters of a word that alone says what an office does: `perhubungan`."""
_SHORTEST, _LONGEST = 2, 8  # letters of an abbreviation
_PAIRS: Final = 1 << 14


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """0 to 1: of all names of the one and of the other the two that are most alike."""
    others = tuple(other)
    return max((_alike(a, b) for a in one for b in others), default=0.0)


@lru_cache(_PAIRS)
def _alike(one: str, other: str) -> float:
    a, b = _said(one), _said(other)
    if _kind(a) != _kind(b):
        return 0.0
    first = _content(_written_out(a, b))
    second = _content(_written_out(b, a))
    if not first or not second:
        return 0.0
    shared = first & second
    fewer = min(len(first), len(second))
    if len(shared) >= 2:
        return len(shared) / fewer
    if len(shared) == 1 and fewer == 1 and len(next(iter(shared))) >= _LONG:
        return min(1.0, 1 / max(len(first), len(second)) + 0.25)
    return len(shared) / len(first | second)


def _said(name: str) -> Sequence[str]:
    return words(name.replace("-", " ").replace("Olah Raga", "Olahraga").replace("/", " "))


def _kind(said: Sequence[str]) -> bool:
    """Whether it is a bagian: no dinas or badan is the twin of one."""
    return "bagian" in said[:1]


def _content(said: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in said if word not in _KINDS and word not in _JOINING)


def _written_out(said: Sequence[str], by: Sequence[str]) -> list[str]:
    """The words, an abbreviation of words of the other name replaced by those words."""
    heads = [w for n, w in enumerate(by) if n == 0 or w not in _JOINING | _KINDS]
    found: list[str] = []
    for word in said:
        meant = _meant(word, heads) if _SHORTEST <= len(word) <= _LONGEST else None
        found.extend(meant or (word,))
    return found


def _meant(word: str, heads: Sequence[str]) -> Sequence[str] | None:
    """The run of words that `word` has the initials of: `pu` of `pekerjaan umum`."""
    if word in heads:
        return None
    for start in range(len(heads) - len(word) + 1):
        run = heads[start : start + len(word)]
        if len(_content(run)) >= _SHORTEST and "".join(head[0] for head in run) == word:
            return run
    return None
