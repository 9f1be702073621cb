"""Passwords: Argon2id with the parameters that its library recommends (RFC 9106, low memory).

Long, and not one that is guessed first; no rules about kinds of signs, and no end after so many
days (NIST SP 800-63B, section 5.1.1.2).
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from config.language import gettext

SHORTEST: Final = 12
LONGEST: Final = 200
_OWN: Final = 4
"""Letters that have to be there beside words that everybody takes."""
_REPEATED: Final = re.compile(r"(.{1,6}?)\1+.{0,5}")
_ROWS: Final = "1234567890123456789012345678901234567890 abcdefghijklmnopqrstuvwxyz"
_STANDS_FOR: Final = str.maketrans("@$0134", "asoiea")
"""Signs that are written for letters."""
_HASHER: Final = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


def hashed(password: str) -> str:
    """What is kept of a password. Takes some 50 ms and 64 MiB: not for the event loop."""
    return _HASHER.hash(password)


def refusal_of(password: str, name: str) -> str | None:
    """Why nobody of that name may have it, as a sentence; None where they may."""
    if len(password) < SHORTEST:
        return gettext("At least {n} characters; three or four words are good.").format(n=SHORTEST)
    if len(password) > LONGEST:
        return gettext("At most {n} characters.").format(n=LONGEST)
    plain, own = _plain(password), _plain(name)
    if len(own) > 2 and own in plain and len(plain) < len(own) + SHORTEST:
        return gettext("It must not hold your name.")
    if _is_common(plain) or _is_common(_plain(password.translate(_STANDS_FOR))):
        return gettext("It is one of those that are guessed first.")
    return None


def _is_common(plain: str) -> bool:
    """Whether it is known words and years alone, one short thing again and again, or a row."""
    if _REPEATED.fullmatch(plain) or plain in _ROWS or plain[::-1] in _ROWS:
        return True
    rest = plain
    for word in _common_words():
        rest = rest.replace(word, "")
    return len(re.sub(r"\d", "", rest)) < _OWN


def _plain(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


@cache
def _common_words() -> tuple[str, ...]:
    """Longest first."""
    text = (files("gateway.access") / "common_words.txt").read_text()
    return tuple(sorted({_plain(word) for word in text.split()}, key=len, reverse=True))


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the one; costs the same where there is none to compare with."""
    try:
        return _HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
