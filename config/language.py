"""The language in which people are spoken to: catalogues, and which one is in use.

A sentence stands in the code in English, as the argument of ``gettext``; its Indonesian stands in
``config/locale/id``. What programs read (codes, log events, JSON) is in no catalogue.
"""

import gettext as standard
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Language = Literal["id", "en"]

FIRST: Final[Language] = "id"
"""Spoken where nobody says otherwise."""
CATALOGUE: Final = "pintu.mo"
_used: ContextVar[Language] = ContextVar("language", default=FIRST)


def language() -> Language:
    """The one in use here: of this command, or of this request."""
    return _used.get()


def use(spoken: Language) -> None:
    """From now on, in this command or request."""
    _used.set(spoken)


@contextmanager
def spoken_in(spoken: Language) -> Iterator[None]:
    """In this language while the block runs."""
    token = _used.set(spoken)
    try:
        yield
    finally:
        _used.reset(token)


def gettext(sentence: str) -> str:
    """The sentence in the language in use; as it is where the catalogue has none."""
    return sentence if _used.get() == "en" else _catalogue(_used.get()).gettext(sentence)


def ngettext(one: str, many: str, n: int) -> str:
    """The sentence for so many; Indonesian has one form for all."""
    if _used.get() == "en":
        return one if n == 1 else many
    return _catalogue(_used.get()).ngettext(one, many, n)


def marked(sentence: str) -> str:
    """A sentence that is looked up later, when the language is known: only marks it."""
    return sentence


def language_of(environment: Mapping[str, str]) -> Language:
    """By ``PINTU_LANGUAGE``, else by ``LC_ALL``, ``LC_MESSAGES``, ``LANG``; else Indonesian."""
    for name in ("PINTU_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").lower()
        if value.startswith("en"):
            return "en"
        if value.startswith("id"):
            return "id"
    return FIRST


@cache
def _catalogue(spoken: Language) -> standard.NullTranslations:
    place = files("config") / "locale" / spoken / CATALOGUE
    if not place.is_file():
        return standard.NullTranslations()
    with place.open("rb") as catalogue:
        return standard.GNUTranslations(catalogue)
