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

from broker.amqp.address import parse_address
from broker.amqp.failures import said

DEADLINE: Final = 10.0
"""Seconds for one request."""
_OPT_IN: Final = frozenset({"khepri_db"})
"""Feature flags that are an operator's own decision, also where a version calls them stable: what
`khepri_db` changes cannot be changed back."""
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
    """Questions about one virtual host. Any may raise ManagementUnavailable: a user may be let
    see some of it alone (`monitoring` no feature flags before 4.0, `management` no nodes)."""

    def __init__(self, session: aiohttp.ClientSession, base: URL, vhost: str) -> None:
        self._session = session
        self.base = base
        self.vhost = vhost
        self._vhost = quote(vhost, safe="")

    async def cluster_name(self) -> str:
        found = await self._get("overview?columns=cluster_name")
        if not isinstance(found, dict) or "cluster_name" not in found:
            raise ManagementUnavailable(f"{self.base} is no RabbitMQ")
        return str(found["cluster_name"])

    async def disabled_feature_flags(self) -> list[str]:
        """Those that should be on, which an experimental one (`khepri_db` in 4.0) is not: it
        cannot be switched off again."""
        return [
            flag["name"]
            for flag in await self._get("feature-flags")
            if flag["state"] == "disabled"
            and flag["name"] not in _OPT_IN
            and flag.get("stability", "stable") in ("stable", "required")
        ]

    async def nodes(self) -> Sequence[Listed]:
        """Of the cluster: `name`, and whether it is `running`."""
        return list(await self._get("nodes?columns=name,running"))

    async def exchanges(self) -> Sequence[Listed]:
        return list(await self._get(f"exchanges/{self._vhost}"))

    async def queues(self) -> Sequence[Listed]:
        columns = "name,arguments,effective_policy_definition,messages,members,online,leader"
        return list(await self._get(f"queues/{self._vhost}?columns={columns}"))

    async def queue_names(self) -> frozenset[str]:
        """The cheapest question: 13 ms for 240 queues, an eighth of what all of it takes."""
        found = await self._get(f"queues/{self._vhost}?columns=name")
        return frozenset(str(queue["name"]) for queue in found)

    async def bindings(self) -> Sequence[Listed]:
        columns = "source,destination,destination_type,routing_key"
        return list(await self._get(f"bindings/{self._vhost}?columns={columns}"))

    async def _get(self, path: str) -> Any:
        where = self.base.with_path("/")
        try:
            url = URL(f"{str(self.base).rstrip('/')}/api/{path}", encoded=True)
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    raise ManagementUnavailable(f"{where} answers {answer.status}")
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as why:
            raise ManagementUnavailable(f"{where}: {said(why)}") from why


@asynccontextmanager
async def management(
    amqp_url: str,
    given: str | None = None,
    cluster_name: str | None = None,
    *,
    within: float = DEADLINE,
) -> AsyncIterator[Management]:
    """The API of the broker behind an AMQP URL, with that URL's user.

    Args:
        amqp_url: the broker; where it has several hosts, the first whose API answers.
        given: where its API is; derived where it is left out.
        cluster_name: as the broker says over AMQP; the API of another broker, which listens on
            the port by chance, is refused.
        within: seconds for one request.

    Raises:
        ManagementUnavailable: on entry.
    """
    urls = parse_address(amqp_url).urls
    amqp = URL(urls[0])
    bases = [URL(given)] if given else [URL(management_url(url)) for url in urls]
    user, password = bases[0].user or amqp.user, bases[0].password or amqp.password
    login = base64.b64encode(f"{user or 'guest'}:{password or 'guest'}".encode()).decode()
    headers = {"Authorization": f"Basic {login}"}
    connector = aiohttp.TCPConnector(ssl=_tls(amqp))
    timeout = aiohttp.ClientTimeout(total=within)
    async with aiohttp.ClientSession(
        headers=headers, timeout=timeout, connector=connector
    ) as session:
        vhost = virtual_host(str(amqp))
        apis = [
            Management(session, base.with_user(None).with_password(None), vhost) for base in bases
        ]
        yield await _first_that_answers(apis, cluster_name)


async def _first_that_answers(apis: Sequence[Management], cluster_name: str | None) -> Management:
    for last, api in enumerate(apis, 1 - len(apis)):
        try:
            name = await api.cluster_name()
        except ManagementUnavailable:
            if last == 0:
                raise
            continue
        if cluster_name is not None and name != cluster_name:
            raise ManagementUnavailable(f"{api.base} belongs to another broker")
        return api
    raise ManagementUnavailable("no host")


def _tls(amqp: URL) -> ssl.SSLContext | bool:
    """The trust that the AMQP URL asks for (``cafile``, ``capath``, ``no_verify_ssl``)."""
    if amqp.query.get("no_verify_ssl", "0") != "0":
        return False
    cafile, capath = amqp.query.get("cafile"), amqp.query.get("capath")
    if cafile or capath:
        return ssl.create_default_context(cafile=cafile, capath=capath)
    return True
