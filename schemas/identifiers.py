"""Identifiers: derived, so that the same input handled twice bears the same id."""

from hashlib import sha1
from typing import Final
from uuid import NAMESPACE_URL, UUID

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK: Final = CROCKFORD + "*~$=U"
_VERSION_5: Final = 0x5 << 76 | 0b10 << 62
_FREE_BITS: Final = (1 << 128) - 1 & ~(0xF << 76 | 0b11 << 62)
"""What the version and the variant of a UUID leave (RFC 9562, sections 4.1 and 4.2)."""
_VARIANT: Final = {f"{digit:x}": f"{digit & 0b11 | 0b1000:x}" for digit in range(16)}
_READ_AS: Final = {ord("O"): "0", ord("I"): "1", ord("L"): "1", ord("-"): None, ord(" "): None}
_DIGITS: Final = 11
_PAIRS: Final = tuple(first + second for first in CROCKFORD for second in CROCKFORD)
"""Two digits at a time: ten bits each."""


def complaint_id(source: str, event_id: str) -> UUID:
    """The id of a complaint: UUIDv5(NAMESPACE_URL, source + "#" + id)."""
    return UUID(int=_version_5(NAMESPACE_URL, f"{source}#{event_id}"))


def derived_id(complaint: UUID, cause: str, event_type: str, agency: str | None) -> str:
    """The id of an event that this system makes.

    UUIDv5 of the complaint's id and ``cause|type|agency``; the cause is the id of the intake
    or the update, for an escalation the clock, its n-th start and the rung.
    """
    name = f"{cause}|{event_type}|{agency or ''}"
    digits = sha1(complaint.bytes + name.encode(), usedforsecurity=False).hexdigest()
    # As ``_version_5`` has it, in digits: the version is the 13th, the variant in the 17th.
    variant = _VARIANT[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def _version_5(namespace: UUID, name: str) -> int:
    """The number of a UUIDv5 (RFC 9562, section 5.5), in a third of the standard library's time.

    SHA-1 names things here, it protects nothing.
    """
    digest = sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:16], "big") & _FREE_BITS | _VERSION_5


def tracking(complaint: UUID) -> str:
    """The code a person can read out over the telephone: ``XXXX-XXXX-XXXX``.

    Eleven characters of Crockford's base 32 (55 bits of the complaint's id, the six that
    UUIDv5 fixes left out) and his check character, modulo 37
    (https://www.crockford.com/base32.html). A number whose check character would be a symbol
    that nobody can pronounce (``*~$=``) is counted up to the next one that has a letter or digit.
    """
    number = ((complaint.int >> 80) << 12 | (complaint.int >> 64) & 0xFFF) >> 5
    while number % 37 >= len(CROCKFORD):
        number = (number + 1) % (1 << 5 * _DIGITS)
    pairs = _PAIRS
    return (
        f"{pairs[number >> 45]}{pairs[number >> 35 & 1023]}-"
        f"{pairs[number >> 25 & 1023]}{pairs[number >> 15 & 1023]}-"
        f"{pairs[number >> 5 & 1023]}{CROCKFORD[number & 31]}{_CHECK[number % 37]}"
    )


def _grouped(plain: str) -> str:
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def normalise_tracking(code: str) -> str | None:
    """The canonical form of a tracking code as somebody typed it, or None where it is not one.

    Hyphens, blanks and case do not matter; O is read as 0, I and L as 1; the check
    character must fit.
    """
    plain = code.strip().upper().translate(_READ_AS)
    if len(plain) != _DIGITS + 1 or any(c not in CROCKFORD for c in plain[:-1]):
        return None
    number = 0
    for character in plain[:-1]:
        number = number * 32 + CROCKFORD.index(character)
    if _CHECK[number % 37] != plain[-1]:
        return None
    return _grouped(plain)
