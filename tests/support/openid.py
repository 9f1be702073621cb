"""A small OpenID provider on loopback: it signs in whoever it is told to, as a real one would."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey


@dataclass
class Person:
    """Whom it signs in next."""

    sub: str = "1001"
    email: str | None = None
    email_verified: bool = True


@dataclass(frozen=True)
class _Asked:
    """What a browser came with, until its code is exchanged."""

    nonce: str
    challenge: str
    redirect_uri: str
    person: Person


@dataclass
class OpenId:
    """Runs from ``with`` on. ``claims``: put over those of the next tokens; ``headers``: over
    those of the token's head; ``sign_with``: in place of its own key; ``now``: its clock."""

    client: str = "pintu"
    secret: str = "s3cret/with:signs"
    person: Person = field(default_factory=Person)
    claims: dict[str, Any] = field(default_factory=dict)
    alg: str = "RS256"
    now: float = field(default_factory=time.time)
    says_issuer: str | None = None
    fails: bool = False
    asked: list[str] = field(default_factory=list)
    """Paths, in order."""

    def __post_init__(self) -> None:
        self.new_key()
        self._codes: dict[str, _Asked] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}/realms/pemkab"

    def new_key(self) -> None:
        """It changes its key."""
        self._key = RSAKey.generate_key(2048, {"kid": f"k{time.monotonic_ns()}"}, private=True)

    def __enter__(self) -> "OpenId":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def signs_in(self, place: str) -> str:
        """Where the browser is sent back to, from where it was sent to."""
        query = {name: each[0] for name, each in parse_qs(urlsplit(place).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == self.client
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = f"code{len(self._codes)}"
        self._codes[code] = _Asked(
            query["nonce"], query["code_challenge"], query["redirect_uri"], self.person
        )
        back = urlencode({"code": code, "state": query["state"], "iss": self.issuer})
        return f"{query['redirect_uri']}?{back}"

    def _token(self, form: Mapping[str, str], login: str) -> tuple[int, dict[str, Any]]:
        asked = self._codes.pop(form.get("code", ""), None)  # a code is good once
        shown = base64.b64decode(login.removeprefix("Basic ")).decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        whole = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        known = shown == "pintu:s3cret%2Fwith%3Asigns"
        if asked is None or not known or whole != asked.challenge:
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != asked.redirect_uri:
            return 400, {"error": "invalid_grant"}
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client,
            "sub": asked.person.sub,
            "nonce": asked.nonce,
            "iat": int(self.now),
            "exp": int(self.now) + 300,
        }
        if asked.person.email is not None:
            claims |= {
                "email": asked.person.email,
                "email_verified": asked.person.email_verified,
            }
        claims = {k: v for k, v in (claims | self.claims).items() if v is not None}
        return 200, {"id_token": self._signed(claims), "token_type": "Bearer", "access_token": "x"}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.alg == "none":
            parts = ({"alg": "none"}, claims)
            return ".".join(_part(one) for one in parts) + "."
        if self.alg == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.secret))
        if self.alg == "foreign":
            foreign = RSAKey.generate_key(2048, private=True)
            return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, foreign)
        return jwt.encode({"alg": self.alg, "kid": self._key.kid}, claims, self._key)

    def _answer(self, path: str) -> tuple[int, dict[str, Any]]:
        if self.fails:
            return 502, {}
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {
                "issuer": self.says_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/certs",
            }
        if path.endswith("/certs"):
            return 200, {"keys": [self._key.as_dict(private=False)]}
        return 404, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                self._send(*provider._answer(self.path))

            def do_POST(self) -> None:
                provider.asked.append(self.path)
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: each[0] for name, each in parse_qs(body).items()}
                self._send(*provider._token(form, self.headers.get("authorization", "")))

            def _send(self, status: int, told: dict[str, Any]) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
