"""Text from outside as it may be printed on a terminal."""

import unicodedata
from typing import Final

_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control and format characters (escape sequences, right-to-left overrides) and the like."""


def printable(text: str | bytes, *, lines: bool = False) -> str:
    """The text with everything escaped that a terminal would act on.

    Args:
        text: bytes are read as UTF-8, and escaped (``\\xff``) where they are not.
        lines: leave line ends and tabs as they are.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(c if c in kept or not _unsafe(c) else _escaped(c) for c in text)


def _unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()


def json_printable(text: str) -> str:
    r"""JSON with everything escaped that a terminal would act on: the same value, as ``\u009b``.

    Line ends stay, which JSON has between its parts only.
    """
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or not _unsafe(c) else _json_escape(c) for c in text)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
