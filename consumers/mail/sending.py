"""Handing mails to the server: one connection, at its pace, and what its answers mean.

What is the server's fault (it is away, refuses to let us in, has no certificate that holds, refuses
the sender) holds every mail and counts against none. What it says of one address or one mail
concerns that one alone.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from typing import Final, Literal

import aiosmtplib
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from config.smtp import SmtpAddress

ANSWERS_WITHIN: Final = 10.0
"""Seconds for one answer of the server."""
SENT_WITHIN: Final = 20.0
"""Seconds for one mail, from its first command to the server's word that it has it."""
_MOST_ON_ONE: Final = 100
"""Mails on one connection; many servers end it after so many."""
_REFUSED_FROM: Final = 500
_LONGEST: Final = 160

Verdict = Literal["sent", "refused", "again"]


class ServerAway(Exception):
    """No mail can be handed in now; the message says why, without a password or an address."""


class Smtp:
    """A server. ``seconds``: a clock that never jumps."""

    def __init__(
        self, address: SmtpAddress, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = address
        self._seconds = seconds
        self._client: SMTP | None = None
        self._sent = 0
        self._next = 0.0

    def wait(self) -> float:
        """Seconds until the server may get another one, at its rate."""
        return max(0.0, self._next - self._seconds())

    async def connect(self) -> None:
        """Connect and log in, where that is not done. Raises ServerAway."""
        if self._client is not None and self._client.is_connected:
            return
        address = self._address
        client = SMTP(
            hostname=address.host,
            port=address.port,
            use_tls=address.tls,
            start_tls=address.starttls,
            tls_context=context(address) if address.tls or address.starttls else None,
            timeout=ANSWERS_WITHIN,
            username=address.user,
            password=address.password,
        )
        try:
            async with asyncio.timeout(SENT_WITHIN):
                await client.connect()
        except SMTPAuthenticationError as why:
            client.close()
            raise ServerAway(f"does not let this user in ({why.code})") from why
        except (SMTPException, OSError, ValueError, TimeoutError) as why:
            client.close()
            raise ServerAway(_told(why)) from why
        self._client, self._sent = client, 0

    async def send(self, sender: str, to: str, mail: bytes) -> tuple[Verdict, str | None]:
        """Hand in one mail: what the server says of it, and its code where that is no good.

        Raises ServerAway where it says nothing of this one.
        """
        await self.connect()
        self._next = max(self._seconds(), self._next) + 60 / self._address.rate
        assert self._client is not None
        try:
            async with asyncio.timeout(SENT_WITHIN):
                await self._client.sendmail(sender, [to], mail)
        except SMTPSenderRefused as why:
            await self.close()
            raise ServerAway(f"refuses the sender of PINTU_MAIL_SENDER ({why.code})") from why
        except SMTPRecipientsRefused as why:
            return await self._refused(why.recipients[0].code)
        except SMTPResponseException as why:
            return await self._refused(why.code)
        except (SMTPException, OSError, TimeoutError) as why:
            # It may have it, or choke on it: the others go first.
            await self.close()
            return "again", _told(why)
        self._sent += 1
        if self._sent >= _MOST_ON_ONE:
            await self.close()
        return "sent", None

    async def close(self) -> None:
        """Say goodbye, and do not wait for long."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(1):
                await client.quit()
        except (SMTPException, OSError, TimeoutError):
            client.close()

    async def _refused(self, code: int) -> tuple[Verdict, str]:
        if code == 421:
            await self.close()
        return ("refused" if code >= _REFUSED_FROM else "again"), str(code)


def context(address: SmtpAddress) -> ssl.SSLContext:
    """TLS 1.2 and newer, the certificate and its name checked. Raises ServerAway."""
    try:
        made = ssl.create_default_context(cafile=address.cafile)
    except (OSError, ssl.SSLError) as why:
        raise ServerAway(f"cafile {address.cafile}: {why.strerror or 'no certificate'}") from why
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _told(why: BaseException) -> str:
    """In a few words; a server's own may hold anything, so its code alone."""
    if isinstance(why, SMTPResponseException):
        return f"answered {why.code}"
    cause: BaseException | None = why
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate does not hold: {cause.verify_message}"[:_LONGEST]
        if isinstance(cause, ssl.SSLError):
            return f"no TLS with it: {cause.reason or 'it speaks none'}"[:_LONGEST]
        cause = cause.__cause__ or cause.__context__
    if isinstance(why, TimeoutError | aiosmtplib.SMTPTimeoutError):
        return "no answer in time"
    if isinstance(why, OSError) and why.strerror:
        return why.strerror[:_LONGEST]
    if isinstance(why, aiosmtplib.SMTPServerDisconnected):
        return "hung up"
    if "STARTTLS" in str(why):
        return "offers no STARTTLS: use smtps://, or a server that does"
    return "cannot be reached"
