"""Whether a text says that its matter is in a place, or only names the place.

"Sampah di Koba" is about Koba. "Suami saya kerja di Batam", "jalan ke kota Koba" and "kantor
imigrasi jauh di Pangkalpinang" tell where a person, a road's end or an office is; "saya warga
Depok" and "KTP Bekasi" tell where somebody is from, "seperti di Bandung" compares.

Looked at only where a text names a place elsewhere. Words stand for themselves, spelt as written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from broker.domain.routing.language.elsewhere_words import (
    BETTER,
    BREAKS,
    CARRIED,
    COMPARED,
    FROM,
    GLUED,
    HEADS,
    INHABITANTS,
    JOINED,
    KIN,
    LEVELS,
    LOOSE,
    ME,
    NO_NAME,
    NUMBERS,
    OF_OTHERS,
    ONLY_THERE,
    PAPERS,
    PARENTS,
    ROADS,
    SHORT,
    THERE,
    TOWARDS,
    VISITS,
)
from broker.domain.routing.language.text import sentence_words

Name = tuple[str, ...]  # the words of a name

_FAR = 4  # words that are looked at before "di Batam"
_CHAIN = 5  # words of an address that may stand before the name
_HEADING = 3  # words before a name that ends a heading
_KNOWN = 1  # of the words of a street's name, such as "Soekarno" in "Jalan Soekarno Hatta"


class _Group(NamedTuple):
    """Names side by side: the words from `start` to `end` (exclusive), and their numbers."""

    start: int
    end: int
    numbers: tuple[int, ...]


def said_to_be_there(
    text: str, names: Mapping[Name, int], strange: Callable[[str], bool]
) -> int | None:
    """The number of the first of `names` that the text says its matter is at.

    `strange`: whether a word may be part of a name, as words are that the rules do not know. One
    pass over the text, however many names there are.
    """
    said, marks = _spelt_out(text, {name[0] for name in names if len(name) == 1})
    visitor = not VISITS.isdisjoint(said)
    for group in _groups(said, names):
        if _is_there(said, marks, group, strange, visitor):
            return group.numbers[0]
    return None


def named_in_address(text: str, names: Mapping[Name, int]) -> int | None:
    """The number of the first of `names` in an address that is no street's own name."""
    said, _ = _spelt_out(text, ())
    for group in _groups(said, names):
        before = [word for word in said[max(0, group.start - 2) : group.start] if word != "raya"]
        if len(group.numbers) > 1 or ROADS.isdisjoint(before[-1:]):
            return group.numbers[0]
    return None


def _spelt_out(text: str, single: Collection[str]) -> tuple[list[str], list[bool]]:
    """The words, and whether a mark stands before each; the last flag is of the text's end."""
    said: list[str] = []
    marks: list[bool] = []
    for word, mark in sentence_words(text):
        bare = word[2:]
        if word.startswith(GLUED) and word not in single and bare in single:
            said += [word[:2], bare]
            marks += [mark, False]
        else:
            said.append(SHORT.get(word, word))
            marks.append(mark)
    return said, [*marks, True]


def _groups(said: Sequence[str], names: Mapping[Name, int]) -> list[_Group]:
    """The names in a text, each the longest; those side by side as one."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    found: list[_Group] = []
    at = 0
    while at < len(said):
        for length in lengths:
            name = tuple(said[at : at + length])
            if name in names:
                _join(found, _Group(at, at + len(name), (names[name],)), said)
                at += len(name)
                break
        else:
            at += 1
    return found


def _join(found: list[_Group], new: _Group, said: Sequence[str]) -> None:
    """Add a name; to the group before it where only "dan" or a level ("Kab.") lies between."""
    between = said[found[-1].end : new.start] if found else ("",)
    if found and len(between) < 2 and (JOINED | LEVELS).issuperset(between):
        last = found.pop()
        numbers = tuple(dict.fromkeys((*last.numbers, *new.numbers)))
        new = _Group(last.start, new.end, numbers)
    found.append(new)


def _is_there(
    said: Sequence[str],
    marks: Sequence[bool],
    group: _Group,
    strange: Callable[[str], bool],
    visitor: bool,
) -> bool:
    start = group.start
    while start and said[start - 1] in THERE:
        start -= 1
    at_place = "di" in said[start : group.start]
    if said[start - 1 : start] == [INHABITANTS]:
        return not visitor and ME.isdisjoint(said[max(0, start - 3) : start - 1])
    if not _about(said, start, at_place):
        return False
    if start < group.start or said[group.start] in LEVELS | HEADS:
        before = said[max(0, start - _FAR) : start]
        of_kin = any(_of_kin(before[: last + 1]) for last in range(len(before)))
        return not of_kin and BETTER.isdisjoint(said[group.end : group.end + 1])
    head = _head(said, start, strange)
    if head is not None:
        at_place = said[head] == "di" or said[max(0, head - 1) : head] == ["di"]
        return _about(said, head, at_place)
    if len(group.numbers) > 1:
        return True
    if start == 0:
        return said[group.end : group.end + 1] == [] or said[group.end] not in OF_OTHERS
    return marks[group.end] and (marks[start] or start <= _HEADING)


def _about(said: Sequence[str], at: int, at_place: bool) -> bool:
    """Whether nothing before the word `at` says that the place is only named."""
    near = said[max(0, at - 2) : at]
    far = said[max(0, at - _FAR) : at]
    if not TOWARDS.isdisjoint(near[-1:]) or not COMPARED.isdisjoint(near):
        return False
    if _of_kin(near):
        return False
    if not at_place:
        from_there = not (FROM.isdisjoint(near[-1:]) and PAPERS.isdisjoint(near))
        if from_there or not CARRIED.isdisjoint(far):
            return False
    return ONLY_THERE.isdisjoint(far)


def _of_kin(before: Sequence[str]) -> bool:
    """Whether words end with a relative: "ortu", "ibu saya"."""
    if before[-1:] and before[-1] in ME:
        return not (KIN | PARENTS).isdisjoint(before[-2:-1])
    return not KIN.isdisjoint(before[-1:])


def _head(said: Sequence[str], at: int, strange: Callable[[str], bool]) -> int | None:
    """Where an address begins that ends with the name at `at`: "jl Mawar no 3", "pasar", "di Dago".

    None where what stands before the name is no address.
    """
    own = known = 0  # words that may be a name; of these, words of the rules
    for back in range(at - 1, max(-1, at - 2 - _CHAIN), -1):
        word = said[back]
        if word in LOOSE:
            return back
        if word in ROADS or word == "di":
            return back if own and known <= _KNOWN and known < own else None
        if word in HEADS and not known:
            return back
        if word in BREAKS:
            return None
        own += word not in NO_NAME
        known += not (word.isdigit() or word in NUMBERS or word in HEADS or strange(word))
    return None
