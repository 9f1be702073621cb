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
    kept = "\n\t" if lines else ""
    return "".join(c if c in kept or not _unsafe(c) else _escaped(c) for c in text)


def _unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()
