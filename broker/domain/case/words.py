"""Words that somebody looks for in a case: which, where they may stand, and whether they do."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from broker.domain.case.conversation import Said
from schemas.complaint import PublicComplaint

_SEARCHED: Final = ("text", "title", "external_id")
_PLACE: Final = ("address", "village", "district")
_TERM: Final = re.compile(r'"([^"]*)"|(\S+)')
_MOST: Final = 20
"""Terms that are looked for; further ones are left out."""


@lru_cache(maxsize=256)
def terms_of(text: str) -> tuple[str, ...]:
    """What is looked for: each word by itself, and as one what stands in quotation marks."""
    found = (quoted or word for quoted, word in _TERM.findall(text.casefold()))
    bare = (" ".join(term.replace('"', " ").split()) for term in found)
    return tuple(dict.fromkeys(filter(None, bare)))[:_MOST]


def texts_of(complaint: PublicComplaint | None) -> Iterator[str]:
    """The texts of a complaint in which words are looked for."""
    if complaint is None:
        return
    for name in _SEARCHED:
        if isinstance(text := complaint.get(name), str):
            yield text
    yield from places_of(complaint)


def places_of(complaint: PublicComplaint | None) -> Iterator[str]:
    """Where it is, as far as that is written: address, village, district."""
    location = complaint.get("location") or {} if complaint is not None else {}
    for name in _PLACE:
        if isinstance(text := location.get(name), str):
            yield text


def said_texts(conversation: Iterable[Said]) -> Iterator[str]:
    """The texts of what was said."""
    for said in conversation:
        yield from filter(None, (said.note, said.reason, said.internal_note))


def folded(texts: Iterable[str]) -> str:
    """Texts as they are looked through: in small letters, blanks alike, each on a line."""
    return "\n".join(" ".join(text.casefold().split()) for text in texts)


def missing(terms: Iterable[str], words: str) -> tuple[str, ...]:
    """Those that do not stand in words that were ``folded``, not even inside of a longer one."""
    return tuple(term for term in terms if term not in words)
