"""How openly a complaint may be treated; a word that is not understood protects."""

import re
from typing import Final, NamedTuple

_OPEN: Final = frozenset(
    [
        *("normal", "publik", "public", "terbuka", "umum", "biasa"),
        *("another_user", "body", "user", "superuser"),  # FixMyStreet's
    ]
)
_ANONYMOUS: Final = frozenset(["anonim", "anonymous", "anonymous_user", "anonymus", "anon"])
_CONFIDENTIAL: Final = frozenset(["rahasia", "confidential", "private"])
_WORDS: Final = re.compile(r"[^\s,;/|&+]+")
_AND: Final = frozenset(["dan", "and"])


class Flags(NamedTuple):
    """``understood``: whether every word was; else it counts as anonymous."""

    anonymous: bool
    confidential: bool
    understood: bool


def report_type(cell: str) -> Flags:
    """The flags of a cell such as ``Anonim, Rahasia``; both are possible, and neither."""
    words = {word.lower() for word in _WORDS.findall(cell)} - _AND
    understood = words <= _OPEN | _ANONYMOUS | _CONFIDENTIAL and bool(words)
    anonymous = not understood or bool(words & _ANONYMOUS)
    return Flags(anonymous, bool(words & _CONFIDENTIAL), understood)


_CLASSES: Final = {
    "pengaduan": "complaint",
    "keluhan": "complaint",
    "aduan": "complaint",
    "aspirasi": "aspiration",
    "permintaan informasi": "information_request",
    "informasi": "information_request",
    "information request": "information_request",
    "permohonan informasi": "information_request",
}
_CHANNELS: Final = {
    "website": "web",
    "situs": "web",
    "situs web": "web",
    "portal": "web",
    "mobile apps": "mobile",
    "mobile app": "mobile",
    "aplikasi": "mobile",
    "android": "mobile",
    "ios": "mobile",
    "sms 1708": "sms",
    "wa": "whatsapp",
    "twitter": "x",
    "surel": "email",
    "e-mail": "email",
    "tatap muka": "walk-in",
    "datang langsung": "walk-in",
    "walk in": "walk-in",
    "telepon": "telephone",
    "phone": "telephone",
}


def classification(cell: str) -> tuple[str, bool]:
    """The contract's word for a class, the cell itself where there is none; and whether it says
    that abuse of authority is alleged (*berkadar pengawasan*)."""
    words = " ".join(cell.lower().replace("_", " ").split())
    oversight = "berkadar pengawasan" in words and "tidak" not in words
    known = words.partition(" tidak berkadar")[0].partition(" berkadar")[0]
    return _CLASSES.get(known, known.replace(" ", "_") if known in _PLAIN else cell), oversight


_PLAIN: Final = frozenset(["complaint", "aspiration", "information request"])


def source_channel(cell: str) -> str:
    """The channel of a word such as ``Website``; the word itself where nobody knows it."""
    words = " ".join(cell.lower().split())
    return _CHANNELS.get(words, words)
