"""Whoever receives webhooks, as any web server would: it keeps what came, and answers as told."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True)
class Got:
    """One POST."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return str(self.event["id"])

    def verify(self, secret: str) -> None:
        """Raises WebhookVerificationError unless that secret has signed it just now."""
        Webhook(secret).verify(self.body, dict(self.headers))


@dataclass(frozen=True)
class Reply:
    """What it answers. ``pause``: seconds before; ``drip``: seconds between the bytes of the
    body."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    pause: float = 0.0
    drip: float = 0.0


class Receiver:
    """A server on loopback from ``with`` on. ``answer`` says what each POST gets."""

    def __init__(
        self,
        answer: Callable[[Got], Reply] = lambda got: Reply(),
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.got: list[Got] = []
        """What it has taken in: in the order in which it said so."""
        self.asked: list[Got] = []
        """Whatever came, answered well or not."""
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def first(self) -> Got | None:
        """What it took in first."""
        return self.got[0] if self.got else None

    @property
    def ids(self) -> list[str]:
        """Of the events that it took in, the first time of each."""
        return list(dict.fromkeys(got.id for got in self.got))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                got = Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                with receiver._lock:
                    receiver.asked.append(got)
                reply = receiver.answer(got)
                if reply.pause:
                    time.sleep(reply.pause)  # the server itself is slow
                if 200 <= reply.status < 300:
                    with receiver._lock:
                        receiver.got.append(got)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                try:
                    self._write(reply)
                except OSError:
                    self.close_connection = True  # nobody waits for the rest

            def _write(self, reply: Reply) -> None:
                if not reply.drip:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(reply.drip)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler
