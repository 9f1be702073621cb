"""Keys of portals: made once, shown once, kept as a digest.

A key is 192 random bits, so that a fast digest protects it as well as a slow one would.
"""

import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from broker.ports import ApiKey
from schemas.identifiers import CROCKFORD

PREFIX: Final = "pintu"
SCOPES: Final = {
    "channel": frozenset({"submit", "speak", "read"}),
    "agency": frozenset({"speak", "read"}),
}
"""What a key of each kind of office may be good for: file complaints, speak for whom it is of, and
read that one's cases."""
_ID: Final = 8
_KEY: Final = re.compile(rf"{PREFIX}_(?P<id>[0-9a-z]{{{_ID}}})_[\w-]{{32}}")

Refusal = Literal["unknown-key", "revoked-key", "expired-key"]


def new_key(
    of: str, scopes: frozenset[str], now: datetime, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key for ``channel.<code>`` or ``agency.<code>``: as it is kept, and as it is shown, once.

    Raises:
        ValueError: a scope that such an office has not, or none.
    """
    allowed = SCOPES[of.partition(".")[0]]
    if not scopes or scopes - allowed:
        raise ValueError(f"scopes of {of} are {', '.join(sorted(allowed))}")
    id = "".join(secrets.choice(CROCKFORD) for _ in range(_ID)).lower()
    shown = f"{PREFIX}_{id}_{secrets.token_urlsafe(24)}"
    return ApiKey(id, digest_of(shown), of, scopes, now, expires_at), shown


def id_of(shown: str) -> str | None:
    """The id of a key as somebody sent it; None where it is none."""
    found = _KEY.fullmatch(shown)
    return found["id"] if found else None


def digest_of(shown: str) -> bytes:
    """What is kept of a key."""
    return sha256(shown.encode()).digest()


def refusal_of(key: ApiKey | None, shown: str, now: datetime) -> Refusal | None:
    """Why it is good for nothing; None where it is good."""
    if key is None or not hmac.compare_digest(key.digest, digest_of(shown)):
        return "unknown-key"
    if key.revoked_at is not None:
        return "revoked-key"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired-key"
    return None
