"""The language in which people are spoken to: catalogues, and which one is in use.

A sentence stands in the code in English, as the argument of ``gettext``; its Indonesian stands in
``config/locale/id``. What programs read (codes, log events, JSON) is in no catalogue.
"""

import gettext as standard
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Final, Literal

Language = Literal["id", "en"]

FIRST: Final[Language] = "id"
"""Spoken where nobody says otherwise."""
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
CATALOGUE: Final = "pintu.mo"
VARIABLE: Final = "PINTU_LANGUAGE"
_process: Final[dict[Literal["language"], Language]] = {"language": FIRST}
"""Of this process: what its threads and tasks speak where they say nothing else."""
_used: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The one in use here: of this request, else of this process."""
    return _used.get() or _process["language"]


def of_process() -> Language:
    """Spoken to whoever says nothing of it: as this process was told."""
    return _process["language"]


def use_in_process(spoken: Language) -> None:
    """In all threads and tasks of this process that do not say otherwise."""
    _process["language"] = spoken


def use(spoken: Language) -> None:
    """From now on, in this task."""
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
    spoken = language()
    # The catalogue's own entry "" is its header.
    return sentence if spoken == "en" or not sentence else _catalogue(spoken).gettext(sentence)


def ngettext(one: str, many: str, n: int) -> str:
    """The sentence for so many; Indonesian has one form for all."""
    if language() == "en":
        return one if n == 1 else many
    return _catalogue(language()).ngettext(one, many, n)


def worded(sentence: str, /, **values: object) -> str:
    """The sentence in the language in use, with these values in its places ``{name}``.

    Numbers that the sentence asks a form of (``{n:,}``, ``{share:.1%}``) are written as the
    language writes them: ``12.345`` and ``46,2%`` in Indonesian; so are dates
    (``{at:%Y-%m-%d}``): ``4 Desember 2026``.
    """
    return _FILLING.vformat(gettext(sentence), (), values)


def worded_many(one: str, many: str, n: int, /, **values: object) -> str:
    """As ``worded``, of so many; ``{n}`` is the number."""
    return _FILLING.vformat(ngettext(one, many, n), (), {"n": n, **values})


class _Filling(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, date) and language() == "id" and format_spec in _OF_DATES:
            # Babel takes long to import, and few commands need it.
            from babel.dates import format_date, format_datetime  # noqa: PLC0415  # see above

            form = _OF_DATES[format_spec]
            if not isinstance(value, datetime):
                return str(format_date(value, form, "id"))
            return str(format_datetime(value, form, value.tzinfo, "id"))
        text = str(super().format_field(value, format_spec))
        if format_spec and isinstance(value, int | float) and language() == "id":
            return text.translate(_SWAPPED)
        return text


_OF_DATES: Final = {"%Y-%m-%d": "d MMMM y", "%Y-%m-%d %H:%M": "d MMMM y HH.mm"}
"""How the forms of dates are written in Indonesian: ``4 Desember 2026 16.00``."""
_SWAPPED: Final = str.maketrans(",.", ".,")
_FILLING: Final = _Filling()


def looked_up(key: str, sentence: str, spoken: Language) -> str:
    """A sentence of a table, in that language; ``key``: what it is called in the catalogue, so
    that the same English may be said in two ways."""
    return sentence if spoken == "en" else _catalogue(spoken).pgettext(key, sentence)


def marked(sentence: str) -> str:
    """A sentence that is looked up later, when the language is known: only marks it."""
    return sentence


def language_of(environment: Mapping[str, str]) -> Language:
    """By ``PINTU_LANGUAGE``, else by ``LC_ALL``, ``LC_MESSAGES``, ``LANG``; else Indonesian.

    A wrong ``PINTU_LANGUAGE`` counts as none here; the settings refuse it.
    """
    own = environment.get(VARIABLE, "").strip()
    for spoken in LANGUAGES:
        if own == spoken:
            return spoken
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").lower()
        for spoken in LANGUAGES:
            if value.startswith(spoken):
                return spoken
    return FIRST


@cache
def _catalogue(spoken: Language) -> standard.NullTranslations:
    place = files("config") / "locale" / spoken / CATALOGUE
    if not place.is_file():
        return standard.NullTranslations()
    with place.open("rb") as catalogue:
        return standard.GNUTranslations(catalogue)
