"""A real mail server for the tests: it keeps what it is handed, and refuses what it is told to."""

import email.message
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Post:
    """Mails that arrived, in order. ``refuses``: an answer for a recipient, or None to take it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._raw: list[tuple[str, str, bytes]] = []
        self.tried: list[str] = []
        self.refuses: Callable[[str], str | None] = lambda _: None
        self.sender_refused = False
        self.port = 0
        self.used_tls: list[bool] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_refused:
            return "553 5.7.1 not you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried.append(address)
        if (answer := self.refuses(address)) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with self._lock:
            content = envelope.content
            assert isinstance(content, bytes)
            self.used_tls.append(session.ssl is not None)
            for to in envelope.rcpt_tos:
                self._raw.append((to, envelope.mail_from or "", content))
        return "250 OK"

    @property
    def raw(self) -> list[bytes]:
        """All bytes of all mails."""
        with self._lock:
            return [content for _, _, content in self._raw]

    @property
    def bounces(self) -> list[str]:
        """Who gets what cannot be delivered, by mail."""
        with self._lock:
            return [sender for _, sender, _ in self._raw]

    def to(self, address: str) -> list["Letter"]:
        """What arrived for somebody."""
        with self._lock:
            return [Letter(raw) for to, _, raw in self._raw if to == address]

    def everything(self) -> str:
        """All that anybody can read in the mails, headers and both bodies, decoded."""
        return "\n".join(Letter(raw).whole for raw in self.raw)


class Letter:
    """One mail."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        parsed = message_from_bytes(raw, policy=default)
        assert isinstance(parsed, email.message.EmailMessage)
        self.message = parsed

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def whole(self) -> str:
        headers = "\n".join(f"{name}: {value}" for name, value in self.message.items())
        return "\n".join((self.raw.decode("ascii"), headers, self.text, self.html))

    @property
    def links(self) -> list[str]:
        """In the text, as a person would click on them."""
        return [word for word in self.text.split() if word.startswith("http")]


class _Server(Controller):
    def __init__(self, handler: Any, port: int, implicit: ssl.SSLContext | None, **more: Any):
        self._implicit = implicit
        super().__init__(handler, hostname="127.0.0.1", port=port, ssl_context=implicit, **more)


def free_port() -> int:
    """A port of loopback that nobody has just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def mail_server(
    port: int,
    post: Post | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    password: str | None = None,
) -> Iterator[Post]:
    """A server on that port of loopback: plain, with TLS from the beginning, or with STARTTLS."""
    post = post or Post()

    def knows(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password.decode() == password
        return AuthResult(success=right, handled=False)

    more: dict[str, Any] = {}
    if starttls is not None:
        more = {"tls_context": starttls, "require_starttls": True}
    if password is not None:
        more |= {"authenticator": knows, "auth_required": True}
        more |= {} if starttls else {"auth_require_tls": False}
    server = _Server(post, port, tls, **more)
    server.start()
    try:
        yield post
    finally:
        server.stop()
