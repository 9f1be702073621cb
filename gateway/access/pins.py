"""The second thing that whoever shows a case to the public asks for, beside its tracking code."""

import hmac
from hashlib import sha256
from typing import Final
from uuid import UUID

DIGITS: Final = 6


def pin_of(complaint: UUID, secret: bytes) -> str:
    """Six digits, the same for a complaint for good: they are derived, and kept nowhere.

    As RFC 4226 (section 5.3) takes digits out of an HMAC. Guessing is slow because wrong pins are
    counted (gateway.api.rates), not because there are many.
    """
    mac = hmac.digest(secret, complaint.bytes, sha256)
    start = mac[-1] & 0xF
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def fits(pin: str, complaint: UUID, secret: bytes) -> bool:
    """Whether that is the complaint's pin, as somebody typed it."""
    typed = "".join(pin.split())
    return hmac.compare_digest(typed.encode(), pin_of(complaint, secret).encode())
