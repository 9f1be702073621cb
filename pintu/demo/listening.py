"""Two agencies that have no RabbitMQ, as the demonstration plays them: one that is told by webhook,
and one that has nothing but mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import orjson
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass(slots=True)
class Receiver:
    """What takes in events by POST at ``url``, where their signature is good; ``told``: of which
    complaints, by tracking code."""

    url: str
    verifier: Webhook | None = None
    told: set[str] = field(default_factory=set)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            if self.verifier is not None:
                self.verifier.verify(body.decode(), dict(request.headers.items()))
        except WebhookVerificationError:
            return web.Response(status=401)
        self.told.add(orjson.loads(body)["data"]["tracking"])
        return web.Response(status=204)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """A server on loopback, on a port of its own."""
    found = Receiver("")
    app = web.Application()
    app.router.add_post("/", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    try:
        await site.start()
        host, port = runner.addresses[0][:2]
        found.url = f"http://{host}:{port}/"
        yield found
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Mailbox:
    """Mails that arrived, whoever they are for."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """As aiosmtpd hands one over."""
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        if isinstance(mail, EmailMessage):
            self.mails.append(mail)
        return "250 OK"


@asynccontextmanager
async def mailbox(port: int) -> AsyncIterator[Mailbox]:
    """A mail server on loopback that sends nothing on."""
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, hostname="localhost", loop=loop), "127.0.0.1", port
    )
    async with server:
        yield box
