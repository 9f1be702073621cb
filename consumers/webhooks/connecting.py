"""Connections to endpoints, to addresses that they may have and to no others.

The address is looked at where the socket is made for it, after the name was resolved and in the
same step that connects: a name that says something else the next time it is asked (DNS rebinding)
gains nothing, nor does a host such as ``0x7f.1``, which only the resolver reads as an address.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from consumers.webhooks.addresses import is_loopback, is_public
from consumers.webhooks.targets import Reach, Target

CONNECT_WITHIN: Final = 10.0
ANSWER_WITHIN: Final = 20.0
"""Seconds from the beginning of a POST to the head of its answer."""
_LOOK_UPS: Final = 32
"""At once, in threads of their own: a name server that hangs holds up nothing but look-ups."""
_KEPT: Final = 10
"""Seconds for which what a name server said is used again."""
_REMOTE: Final = 4
"""Of what a socket is made from, the place of the remote address."""


class ForbiddenAddress(OSError):
    """A name leads to an address that webhooks may not be sent to."""


class Resolver(AbstractResolver):
    """Names by the system, in threads that nobody else waits for."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOK_UPS, "webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM),
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=each,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for each, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Connections:
    """A session of aiohttp for each kind of endpoint: what it does not know it cannot mix up."""

    def __init__(
        self, resolver: AbstractResolver | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._resolver = resolver or Resolver()
        self._tls = tls or ssl.create_default_context()
        self._sessions = {reach: self._session(check) for reach, check in _CHECKS.items()}

    def to(self, target: Target) -> aiohttp.ClientSession:
        """The session that leads to an endpoint."""
        return self._sessions[target.reach]

    async def addresses(self, target: Target) -> list[str]:
        """To what its host leads now; a look-up, no connection.

        Raises:
            ForbiddenAddress: to one that webhooks may not be sent to.
            OSError: nobody knows the name.
        """
        host, check = target.url.host or "", _CHECKS[target.reach]
        async with asyncio.timeout(CONNECT_WITHIN):
            found = await self._resolver.resolve(host, target.url.port or 443, socket.AF_UNSPEC)
        for each in found:
            _look_at(each["host"], check)
        return [each["host"] for each in found]

    async def __aenter__(self) -> "Connections":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        await self._resolver.close()

    def _session(self, check: Callable[[str], bool]) -> aiohttp.ClientSession:
        def made(info: tuple[Any, ...]) -> socket.socket:
            _look_at(str(info[_REMOTE][0]), check)
            made = socket.socket(family=info[0], type=info[1], proto=info[2])
            made.setblocking(False)
            return made

        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            ssl=self._tls,
            socket_factory=made,
            ttl_dns_cache=_KEPT,
            limit=0,  # each endpoint has its own bound
            keepalive_timeout=30,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN, sock_connect=CONNECT_WITHIN),
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": "pintu-webhooks/1"},
            skip_auto_headers=("Accept-Encoding",),
        )


def _look_at(address: str, check: Callable[[str], bool]) -> None:
    if not check(address):
        raise ForbiddenAddress(
            f"its host leads to {address}, which is no public address; to allow it set"
            " PINTU_WEBHOOK_ALLOW to the host's name"
        )


def _anything(address: str) -> bool:
    return True


_CHECKS: Final[dict[Reach, Callable[[str], bool]]] = {
    "public": is_public,
    "loopback": is_loopback,
    "allowed": _anything,
}
