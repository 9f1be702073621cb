"""Texts and JSON that are made to cost much: one shape each, of the size that is asked for."""

from collections.abc import Callable, Mapping
from typing import Final

MIB: Final = 1024 * 1024


def _filled(unit: str, size: int, before: str = "", after: str = "") -> str:
    room = size - len((before + after).encode())
    return before + unit * (room // len(unit.encode())) + after


def _marks(size: int) -> str:
    """Combining marks by falling class: putting them in order takes the square of their number."""
    part = size // 8
    return "a" + "".join(mark * part for mark in "\u0315\u0301\u0327\u0334")


def _text(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda size: _filled(unit, size, before, after)


TEXTS: Final[Mapping[str, Callable[[int], str]]] = {
    "ordinary words": _text("Lampu jalan mati di desa Rias, sudah seminggu gelap. "),
    "combining marks": _marks,
    "combining marks beyond the BMP": _text("\U0001d165\U0001e8d0\U0001d16d\U0001d167", "a"),
    "half-width voiced marks": _text("\uff9e\uff9f", "a"),
    "ligatures of eighteen characters": _text("\ufdfa"),
    "local parts between brackets and at signs": _text("a" * 32 + "(" + "@" * 31),
    "at signs": _text("@"),
    "at signs between letters": _text("a@"),
    "addresses without blanks": _text("a@a."),
    "addresses of many labels": _text("a@b.c.d.e.f "),
    "spoken at signs": _text("(at)"),
    "long local parts": _text("a" * 63 + "@"),
    "long labels": _text("b" * 62 + ".", "a@"),
    "unseen characters in labels": _text("a@\u200b\u200b\u200b\u200bb" + "\u200b-" * 60),
    "digits": _text("1234567890"),
    "digits far apart": _text("1    "),
    "six digits and a letter": _text("1 2 3 4 5 6 x"),
    "six digits, a letter and a number as a word": _text("dua 1 2 3 4 5 6 x "),
    "a digit and a letter": _text("1x"),
    "numbers as words": _text("satu dua tiga empat lima x "),
    "numbers as words side by side": _text("satu,"),
    "short numbers as words": _text("dua x "),
    "dates": _text("12-05-2026 "),
    "amounts of money": _text("1.000.000."),
    "opening brackets": _text("("),
    "square brackets": _text("["),
    "plus signs": _text("+"),
    "blanks": _text(" ", after="x"),
    "line ends": _text("\n", after="x"),
    "times of day": _text("pukul"),
    "times of day with dots": _text("pukul ... "),
    "escaped line ends": _text("\\n"),
    "masks": _text("[NIK]"),
    "masks cut short": _text("[telepon"),
    "denials": _text("bukan "),
    "words of one letter": _text("a "),
    "phrases": _text("depan lampu jalan mati rusak desa Rias "),
    "one word": _text("a"),
    "capitals that grow": _text("\u0130"),
    "Chinese": _text("\u6f22\u5b57"),
    "NUL characters": _text("\0", "x"),
}

VALUES: Final[Mapping[str, Callable[[int], str]]] = {
    "numbers": _text(",1", "[1", "]"),
    "empty objects": _text(",{}", "[1", "]"),
    "empty lists": _text(",[]", "[1", "]"),
    "small objects": _text(',{"":1}', "[1", "]"),
    "things that are no attachments": _text(',{"url":1}', "[1", "]"),
    "attachments": _text(',{"url":"a"}', '[{"url":"a"}', "]"),
    "small texts": _text(',"a"', "[1", "]"),
    "escaped texts": _text(',"\\n"', "[1", "]"),
    "large numbers": _text("," + "9" * 20, "[1", "]"),
    "numbers of 4,200 digits": _text("," + "9" * 4200, "[1", "]"),
    "one number": _text("9"),
    "one exponent": _text("9", "1e"),
    "deep lists": _text("," + "[" * 170 + "]" * 170, "[1", "]"),
    "deep objects": _text("," + '{"":' * 170 + "1" + "}" * 170, "[1", "]"),
    "bottomless": _text("["),
    "keys": lambda size: "{" + ",".join(f'"{n:x}":0' for n in range(size // 12)) + "}",
    "lone surrogates": _text(',"\\ud800"', "[1", "]"),
    "one text of lone surrogates": _text("\\ud800", '"', '"'),
    "a lone surrogate among lists": _text(",[]", '["\\ud800"', "]"),
    "a lone surrogate among deep lists": _text("," + "[" * 170 + "]" * 170, '["\\ud800"', "]"),
    "a lone surrogate among texts": _text(',""', '["\\ud800"', "]"),
    "a fault at the end": _text(",1", "[1", ",x]"),
    "no number at the end": _text(",{}", "[1", ",NaN]"),
}
