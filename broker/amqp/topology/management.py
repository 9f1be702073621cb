"""RabbitMQ's management API: what AMQP does not show (bindings, arguments, feature flags)."""

import base64
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

from broker.amqp.old_connection import said

DEADLINE: Final = 10.0
"""Seconds for one request."""
_PORTS: Final = {"amqp": ("http", 15672), "amqps": ("https", 15671)}


Listed = Mapping[str, Any]
"""An object of one virtual host, as the management API lists it."""


class ManagementUnavailable(Exception):
    """Not there, or it does not let this user in. An answer, not a failure: AMQP sees less."""


def virtual_host(amqp_url: str) -> str:
    """The virtual host of an AMQP URL, read as the AMQP client reads it."""
    path = URL(amqp_url).path
    return path[1:].replace("%2F", "/") if len(path) > 1 else "/"


def management_url(amqp_url: str) -> str:
    """Where the management API is by default: the same host, port 15672 (TLS: 15671)."""
    amqp = URL(amqp_url)
    scheme, port = _PORTS.get(amqp.scheme, _PORTS["amqp"])
    return str(URL.build(scheme=scheme, host=amqp.host or "localhost", port=port))


class Management:
    """Questions about one virtual host. Any may raise ManagementUnavailable."""

    def __init__(self, session: aiohttp.ClientSession, base: URL, vhost: str) -> None:
        self._session = session
        self._base = base
        self._vhost = quote(vhost, safe="")

    async def cluster_name(self) -> str:
        return str((await self._get("overview?columns=cluster_name"))["cluster_name"])

    async def disabled_feature_flags(self) -> list[str]:
        """Those that should be on. An experimental one (`khepri_db` in RabbitMQ 4.0) should not:
        it cannot be switched off again."""
        return [
            flag["name"]
            for flag in await self._get("feature-flags")
            if flag["state"] == "disabled" and flag.get("stability") != "experimental"
        ]

    async def exchanges(self) -> Sequence[Listed]:
        return list(await self._get(f"exchanges/{self._vhost}"))

    async def queues(self) -> Sequence[Listed]:
        columns = (
            "name,durable,auto_delete,exclusive,arguments,effective_policy_definition,messages"
        )
        return list(await self._get(f"queues/{self._vhost}?columns={columns}"))

    async def bindings(self) -> Sequence[Listed]:
        columns = "source,destination,destination_type,routing_key"
        return list(await self._get(f"bindings/{self._vhost}?columns={columns}"))

    async def _get(self, path: str) -> Any:
        where = self._base.with_path("/")
        try:
            url = URL(f"{str(self._base).rstrip('/')}/api/{path}", encoded=True)
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    raise ManagementUnavailable(f"{where} answers {answer.status}")
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as why:
            raise ManagementUnavailable(f"{where}: {said(why)}") from why


@asynccontextmanager
async def management(
    amqp_url: str, given: str | None = None, cluster_name: str | None = None
) -> AsyncIterator[Management]:
    """The API of the broker behind an AMQP URL, with that URL's user.

    Args:
        amqp_url: the broker.
        given: where its API is, without credentials; derived where it is left out.
        cluster_name: as the broker says over AMQP; the API of another broker, which listens on
            the port by chance, is refused.

    Raises:
        ManagementUnavailable: on entry.
    """
    amqp = URL(amqp_url)
    base = URL(given or management_url(amqp_url))
    user, password = base.user or amqp.user, base.password or amqp.password
    login = base64.b64encode(f"{user or 'guest'}:{password or 'guest'}".encode()).decode()
    headers = {"Authorization": f"Basic {login}"}
    connector = aiohttp.TCPConnector(ssl=_tls(amqp))
    timeout = aiohttp.ClientTimeout(total=DEADLINE)
    async with aiohttp.ClientSession(
        headers=headers, timeout=timeout, connector=connector
    ) as session:
        bare = base.with_user(None).with_password(None)
        found = Management(session, bare, virtual_host(amqp_url))
        name = await found.cluster_name()
        if cluster_name is not None and name != cluster_name:
            raise ManagementUnavailable(f"{bare} belongs to another broker")
        yield found


def _tls(amqp: URL) -> ssl.SSLContext | bool:
    """The trust that the AMQP URL asks for (``cafile``, ``capath``, ``no_verify_ssl``)."""
    if amqp.query.get("no_verify_ssl", "0") != "0":
        return False
    cafile, capath = amqp.query.get("cafile"), amqp.query.get("capath")
    if cafile or capath:
        return ssl.create_default_context(cafile=cafile, capath=capath)
    return True
