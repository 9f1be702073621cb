"""The second factor: codes of six digits by the time (TOTP, RFC 6238), and recovery codes."""

import hmac
import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp

from broker.ports import Person
from schemas.identifiers import CROCKFORD

STEP: Final = 30
"""Seconds for which a code holds."""
_DRIFT: Final = (0, -1, 1)
"""Steps by which the clock of a telephone may be wrong."""
CODES: Final = 8
_SIGNS: Final = 12
"""Of a recovery code: sixty random bits, so that a fast digest protects it."""


def new_secret() -> str:
    """A secret that nobody has confirmed yet, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, name: str, issuer: str) -> str:
    """What the picture says to the application on the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def confirmed(person: Person, secret: str, code: str, now: datetime) -> Person | None:
    """With that secret as their second factor, if the code is one of it; recovery codes of a
    former one are good no more."""
    step = _step_of(secret, code, now, after=0)
    return None if step is None else replace(person, totp=secret, totp_step=step, codes=())


def used(person: Person, code: str, now: datetime) -> Person | None:
    """The person after that code of theirs counted; None where it is no good, or counted before."""
    if person.totp is None:
        return None
    step = _step_of(person.totp, code, now, after=person.totp_step)
    if step is not None:
        return replace(person, totp_step=step)
    shown = digest_of(code)
    left = tuple(kept for kept in person.codes if not hmac.compare_digest(kept, shown))
    return replace(person, codes=left) if len(left) < len(person.codes) else None


def new_codes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Recovery codes as they are shown, once, and as they are kept."""
    shown = tuple(_code() for _ in range(CODES))
    return shown, tuple(map(digest_of, shown))


def digest_of(code: str) -> str:
    """What is kept of a recovery code, however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return sha256(plain.encode()).hexdigest()


def needed(person: Person, roles: frozenset[str]) -> bool:
    """Whether one of the person's roles has to have a second factor (``agency``: any agency's)."""
    return any(role.partition(":")[0] in roles for role in person.roles)


def _step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step of time that a code belongs to, of those after the last one that counted."""
    typed = "".join(code.split())
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret, interval=STEP)
    for step in (present + drift for drift in _DRIFT):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _code() -> str:
    signs = "".join(secrets.choice(CROCKFORD) for _ in range(_SIGNS))
    return "-".join(signs[first : first + 4] for first in range(0, _SIGNS, 4)).lower()
