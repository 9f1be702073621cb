"""RabbitMQ's management API: what AMQP does not show (bindings, arguments, feature flags)."""

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

from broker.amqp.address import Address
from broker.amqp.failures import said
from broker.amqp.library import address_of, in_turn

DEADLINE: Final = 10.0
"""Seconds for one request."""
_OPT_IN: Final = frozenset({"khepri_db"})
"""Feature flags that are an operator's own decision, also where a version calls them stable: what
`khepri_db` changes cannot be changed back."""
_PORTS: Final = {False: ("http", 15672), True: ("https", 15671)}
"""Without and with TLS."""
_ANSWERED: Final = frozenset({HTTPStatus.OK})
_DONE: Final = frozenset({HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})
_MOST_SAID: Final = 4096
"""Bytes of a reason."""


Listed = Mapping[str, Any]
"""An object of one virtual host, as the management API lists it."""


class ManagementUnavailable(Exception):
    """Not there, or it does not let this user in. An answer, not a failure: AMQP sees less."""


def management_urls(amqp: Address) -> list[str]:
    """Where the management API is by default: the same hosts, port 15672 (TLS: 15671)."""
    scheme, port = _PORTS[amqp.tls is not None]
    return [str(URL.build(scheme=scheme, host=host, port=port)) for host, _ in amqp.hosts]


class ManagementRefused(ManagementUnavailable):
    """It answers, and says no. ``status``: of HTTP; ``says``: its reason, where it gives one."""

    def __init__(self, told: str, status: int, says: str | None) -> None:
        super().__init__(told)
        self.status = status
        self.says = says


class Management:
    """Questions about one virtual host. Any may raise ManagementUnavailable: a user may be let
    see some of it alone (`monitoring` no feature flags before 4.0, `management` no nodes)."""

    def __init__(self, session: aiohttp.ClientSession, base: URL, vhost: str) -> None:
        self._session = session
        self.base = base
        self.vhost = vhost
        self.told_at: datetime | None = None
        """What the clock of RabbitMQ's machine showed at the last answer."""
        self._vhost = quote(vhost, safe="")

    async def cluster_name(self) -> str:
        found = await self._get("overview?columns=cluster_name")
        if not isinstance(found, dict) or "cluster_name" not in found:
            raise ManagementUnavailable(f"{self.base} is no RabbitMQ")
        return str(found["cluster_name"])

    async def belongs_to(self, cluster_name: str) -> bool:
        """Whether this is the API of the cluster that calls itself so over AMQP.

        Unless an operator gave the cluster a name, each node tells its own, so two nodes of one
        cluster tell two: then the other one is among the nodes here, where they are shown.
        """
        if await self.cluster_name() == cluster_name:
            return True
        try:
            return any(_is_named_after(cluster_name, each["name"]) for each in await self.nodes())
        except ManagementUnavailable:
            return False

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
        columns = (
            "name,arguments,effective_policy_definition,messages,consumers,members,online,leader"
        )
        return list(await self._get(f"queues/{self._vhost}?columns={columns}"))

    async def queue_names(self) -> frozenset[str]:
        """The cheapest question: 13 ms for 240 queues, an eighth of what all of it takes."""
        found = await self._get(f"queues/{self._vhost}?columns=name")
        return frozenset(str(queue["name"]) for queue in found)

    async def bindings(self) -> Sequence[Listed]:
        columns = "source,destination,destination_type,routing_key"
        return list(await self._get(f"bindings/{self._vhost}?columns={columns}"))

    async def change(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> None:
        """Ask for a change, `PUT` or `DELETE`; `path`: its parts quoted.

        Raises:
            ManagementRefused: what RabbitMQ says to it.
        """
        await self._ask(method, path, body)

    async def look_up(self, path: str) -> Any:
        """What it shows under a path, its parts quoted."""
        return await self._get(path)

    async def _get(self, path: str) -> Any:
        return await self._ask("GET", path)

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        where = self.base.with_path("/")
        try:
            url = URL(f"{str(self.base).rstrip('/')}/api/{path}", encoded=True)
            async with self._session.request(
                method, url, json=body, allow_redirects=False
            ) as answer:
                self.told_at = _moment(answer.headers.get("Date"))
                if answer.status not in (_ANSWERED if method == "GET" else _DONE):
                    says = await _reason(answer)
                    raise ManagementRefused(f"{where} answers {answer.status}", answer.status, says)
                return await answer.json() if method == "GET" else None
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
    amqp = address_of(amqp_url)
    bases = [URL(url) for url in ([given] if given else management_urls(amqp))]
    user, password = bases[0].user or amqp.user, bases[0].password or amqp.password
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    try:
        connector = aiohttp.TCPConnector(ssl=amqp.tls.context() if amqp.tls else True)
    except OSError as why:
        raise ManagementUnavailable(f"TLS cannot be set up: {said(why)}") from why
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Basic {login}"},
        timeout=aiohttp.ClientTimeout(total=within),
        connector=connector,
    ) as session:
        apis = [
            Management(session, base.with_user(None).with_password(None), amqp.vhost)
            for base in bases
        ]
        order = in_turn(amqp_url, len(apis))
        yield await _first_that_answers([apis[place] for place in order], cluster_name)


async def _first_that_answers(apis: Sequence[Management], cluster_name: str | None) -> Management:
    for last, api in enumerate(apis, 1 - len(apis)):
        try:
            if await api.belongs_to(cluster_name or await api.cluster_name()):
                return api
        except ManagementUnavailable:
            if last == 0:
                raise
    raise ManagementUnavailable(
        f"{apis[-1].base} belongs to another broker (or to a node of a cluster that has no name:"
        " rabbitmqctl set_cluster_name)"
    )


async def _reason(answer: aiohttp.ClientResponse) -> str | None:
    """Of a refusal, as RabbitMQ gives it in JSON."""
    try:
        said = json.loads(await answer.content.read(_MOST_SAID))
    except ValueError:
        return None
    reason = said.get("reason") if isinstance(said, dict) else None
    return reason if isinstance(reason, str) else None


def _moment(date: str | None) -> datetime | None:
    """A header `Date`, to the second (https://www.rfc-editor.org/rfc/rfc9110#field.date)."""
    try:
        moment = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_named_after(cluster_name: str, node: str) -> bool:
    """Whether a cluster that has no name of its own is called so by this node: `rabbit@one` tells
    `rabbit@one.example.org`."""
    name, _, host = node.partition("@")
    told, _, where = cluster_name.partition("@")
    return told == name and (host == "localhost" or where.split(".")[0] == host.split(".")[0])
