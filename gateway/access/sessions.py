"""Sessions of people who are signed in: a random token in a cookie, of which a digest is kept."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from broker.ports import PeopleStore, Person, WebSession

LONGEST: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=2)
HALF: Final = "half"
"""Beside the other factors of a session whose second factor is missing yet: it opens nothing but
the question for it."""
HALF_FOR: Final = timedelta(minutes=5)
_TOUCH: Final = timedelta(minutes=1)
_TOKEN: Final = 32
_PLACE: Final = 200


async def begin(
    store: PeopleStore, person: Person, factors: frozenset[str], place: str, now: datetime
) -> str:
    """A new session; its token, for the browser alone."""
    token = new_token()
    await store.add_session(
        WebSession(digest_of(token), person.name, now, now, factors, place[:_PLACE])
    )
    return token


async def held(store: PeopleStore, token: str, now: datetime) -> tuple[WebSession, Person] | None:
    """Whose session a token is; None where it is none, or over."""
    found = await store.session(digest_of(token))
    if found is None:
        return None
    session, _ = found
    if is_over(session, now):
        return None
    if now - session.seen_at > _TOUCH:
        await store.seen(session.digest, now)
    return found


def is_over(session: WebSession, now: datetime) -> bool:
    """By its age, or because nobody used it."""
    longest = HALF_FOR if HALF in session.factors else LONGEST
    return now - session.made_at > longest or now - session.seen_at > IDLE


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).digest()


def sign_in_token(cookie: str, secret: bytes) -> str:
    """What the form of a sign-in has to bring along: that of the browser that asked for it, so that
    nobody is signed in as somebody else without knowing."""
    digest = hmac.digest(secret, b"sign-in:" + cookie.encode("utf-8", "replace"), sha256)
    return digest.hex()[:32]


def is_sign_in_token(shown: str, cookie: str, secret: bytes) -> bool:
    """Whether the form of a sign-in brought it along."""
    token = sign_in_token(cookie, secret)
    return hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode())


def new_token() -> str:
    """Random, for a cookie."""
    return secrets.token_urlsafe(_TOKEN)


def form_token(session: WebSession, secret: bytes) -> str:
    """What a form of this session has to bring along (against cross-site request forgery)."""
    return hmac.new(secret, b"form:" + session.digest, sha256).hexdigest()[:32]


def is_form_token(shown: str, session: WebSession, secret: bytes) -> bool:
    """Whether a form of this session brought it along."""
    return hmac.compare_digest(
        shown.encode("utf-8", "replace"), form_token(session, secret).encode()
    )
