"""Signing in elsewhere: OpenID Connect, the authorization code with PKCE (RFC 7636).

What a browser is to bring back (state), what the provider is to sign (nonce) and what proves that
both ends of the way are the same (the verifier) are derived from one random cookie of that browser
and a secret of this installation: nothing is kept, and any process can finish what another began.
"""

import asyncio
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import quote

import aiohttp
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_CONFIGURATION: Final = "/.well-known/openid-configuration"
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""Of signatures: those with two keys alone. Never ``none``, never one made with our own secret."""
_FRESH: Final = 600.0
"""Seconds for which what the provider says of itself is believed."""
_NEW_KEYS: Final = 30.0
"""Seconds between two looks for a key that a token names and that is not known."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_MOST_BYTES: Final = 256 * 1024
_LEEWAY: Final = 60
"""Seconds by which the provider's clock may be wrong."""


class OidcFailed(Exception):
    """It did not come to a sign-in. ``reason``: ``away`` where the provider did not answer as it
    should, ``refused`` where what came back is no proof."""

    def __init__(self, reason: Literal["away", "refused"], detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is there. ``email``: only one that the provider has verified."""

    oidc: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """One way there and back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, cookie: str, secret: bytes) -> "Flow":
        """That of the browser with that cookie."""

        def derived(what: bytes) -> str:
            text = b"oidc:" + what + b":" + cookie.encode("utf-8", "replace")
            return hmac.digest(secret, text, sha256).hex()

        return cls(derived(b"state"), derived(b"nonce"), derived(b"verifier"))

    def came_back(self, state: str) -> bool:
        """Whether the browser brought back what it was sent with."""
        return hmac.compare_digest(state.encode("utf-8", "replace"), self.state.encode())


class OidcProvider:
    """A provider, and this installation's client there."""

    def __init__(self, issuer: str, client: str, secret: str, name: str, back: str) -> None:
        """``name``: on the button; ``back``: the address that the browser comes back to."""
        self.name, self.issuer = name, issuer
        self._client, self._secret, self._back = client, secret, back
        self._told: tuple[float, Mapping[str, object]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._turn = asyncio.Lock()

    async def way_there(self, flow: Flow) -> str:
        """The address to send the browser to. Raises OidcFailed."""
        told = await self.configuration()
        return str(
            prepare_grant_uri(
                _text(told, "authorization_endpoint"),
                self._client,
                "code",
                redirect_uri=self._back,
                scope="openid email",
                state=flow.state,
                nonce=flow.nonce,
                code_challenge=create_s256_code_challenge(flow.verifier),
                code_challenge_method="S256",
            )
        )

    async def account(self, code: str, flow: Flow, now: datetime) -> Account:
        """Whose account a code is of that came back. Raises OidcFailed."""
        told = await self.configuration()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": flow.verifier,
        }
        methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        login = _login(self._client, self._secret)
        if isinstance(methods, list) and "client_secret_basic" not in methods:
            sent |= {"client_id": self._client, "client_secret": self._secret}
            login = {}
        answer = await _asked("POST", _text(told, "token_endpoint"), sent, login)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcFailed("refused", "the provider gave no id_token")
        return await self._read(token, flow, now)

    async def configuration(self) -> Mapping[str, object]:
        """What the provider says of itself. Raises OidcFailed."""
        async with self._turn:
            if self._told is None or time.monotonic() - self._told[0] > _FRESH:
                told = await _asked("GET", self.issuer.rstrip("/") + _CONFIGURATION)
                if told.get("issuer") != self.issuer:
                    raise OidcFailed("away", f"the provider's `issuer` is not {self.issuer}")
                self._told = time.monotonic(), told
            return self._told[1]

    async def _read(self, token: str, flow: Flow, now: datetime) -> Account:
        claims = await self._claims(token)
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client},
        }
        checked = CodeIDToken(claims, {}, wanted, {"nonce": flow.nonce, "client_id": self._client})
        try:
            checked.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        except (JoseError, AuthlibBaseError) as why:
            raise OidcFailed("refused", f"the id_token is no good: {why.error}") from None
        subject, email = claims["sub"], claims.get("email")
        if not isinstance(subject, str) or not subject:
            raise OidcFailed("refused", "the id_token names nobody")
        verified = claims.get("email_verified") is True and isinstance(email, str)
        return Account(f"{self.issuer} {subject}", str(email).lower() if verified else None)

    async def _claims(self, token: str) -> dict[str, object]:
        """What a token says, if the provider has signed it."""
        for new in (False, True):
            keys = await self._known_keys(new=new)
            try:
                return dict(jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
            except (JoseError, ValueError) as why:
                if new:
                    raise OidcFailed("refused", f"the signature: {type(why).__name__}") from None
        raise AssertionError("unreachable")

    async def _known_keys(self, *, new: bool) -> KeySet:
        """The provider's keys; ``new``: those of now, as it may have changed them."""
        told = await self.configuration()
        async with self._turn:
            longest = _NEW_KEYS if new else _FRESH
            if self._keys is None or time.monotonic() - self._keys[0] > longest:
                found = await _asked("GET", _text(told, "jwks_uri"))
                try:
                    keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # it checks
                except (JoseError, ValueError, KeyError, TypeError):
                    raise OidcFailed("away", "the provider's keys cannot be read") from None
                self._keys = time.monotonic(), keys
            return self._keys[1]


def _login(client: str, secret: str) -> dict[str, str]:
    """As RFC 6749, section 2.3.1, has it."""
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


async def _asked(
    method: str,
    url: str,
    form: Mapping[str, str] | None = None,
    login: Mapping[str, str] | None = None,
) -> Mapping[str, object]:
    """The JSON object that the provider answers. Raises OidcFailed."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False) as session,
            session.request(
                method, url, data=form, allow_redirects=False,
                headers={"Accept": "application/json", **(login or {})},
            ) as answer,
        ):  # fmt: skip
            body = await answer.content.read(_MOST_BYTES + 1)
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as why:
        raise OidcFailed("away", f"{_shown(url)}: {type(why).__name__}") from None
    if form is not None and status in (400, 401):
        raise OidcFailed("refused", f"{_shown(url)}: {status}")
    try:
        told = json.loads(body) if status == 200 and len(body) <= _MOST_BYTES else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise OidcFailed("away", f"{_shown(url)}: {status}, no JSON object")
    return told


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise OidcFailed("away", f"the provider says no {name}")
    return value


def _shown(url: str) -> str:
    return url.partition("?")[0]
