"""What people write in an update, as it goes on: plain text, of a length that can be shown."""

import re
from typing import Final

from schemas.limits import NOTE_CHARACTERS

_STRING_ENDS: Final = "\x07\x1b\x9c\n"
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What turns the direction of writing (Unicode's Bidi_Control): a text reads as another one."""
_CONTROLS: Final = "\0-\x08\x0b-\x1f\x7f-\x9f"
"""C0, DEL and C1, without tab and line feed."""
# Possessive, and each part ends where the next sequence may begin: the time is linear.
_TAKEN_OUT: Final = re.compile(
    rf"\x1b\[[0-?]*+[ -/]*+[@-~]"  # control sequences (ECMA-48, section 5.4)
    rf"|\x1b[\]PX^_][^{_STRING_ENDS}]*+(?:\x07|\x1b\\|\x9c)"  # control strings (section 5.6)
    rf"|[{_CONTROLS}{_BIDI}]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\u0085\u2028\u2029]")


class TooLong(ValueError):
    """A text has more characters than one may have; the message names both numbers."""


def plain(text: str) -> str:
    """A text without escape sequences, control characters and signs that turn its direction.

    Line feeds and tabs stay, and other line ends become line feeds; blanks around it go. Whoever
    shows it escapes it all the same.

    Raises:
        TooLong: over ``NOTE_CHARACTERS``; nothing in it is looked at then.
    """
    if len(text) > NOTE_CHARACTERS:
        raise TooLong(f"{len(text)} characters; at most {NOTE_CHARACTERS}")
    if text.isprintable():
        return text.strip()
    return _TAKEN_OUT.sub("", _LINE_ENDS.sub("\n", text)).strip()
