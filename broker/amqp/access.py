"""Users and permissions of one virtual host, by RabbitMQ's management API."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Final, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from broker.amqp.failures import VHOST_REFUSED
from broker.amqp.topology.management import (
    Management,
    ManagementRefused,
    ManagementUnavailable,
    management,
)
from broker.errors import BrokerUnavailable, LoginRefused, NotPermitted

ADMINISTRATOR: Final = "administrator"
_FORBIDDEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

T = TypeVar("T")


def _words(given: object) -> object:
    """Tags: a list, or with commas between, by the version of RabbitMQ."""
    return [word for word in given.split(",") if word] if isinstance(given, str) else given


class _Listed(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class FoundUser(_Listed):
    """A user as RabbitMQ has it."""

    name: str
    password_hash: str = ""
    hashing_algorithm: str = ""
    tags: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    limits: Mapping[str, int] = {}


class FoundPermission(_Listed):
    """What a user may do in a virtual host."""

    user: str
    vhost: str
    configure: str
    write: str
    read: str


class FoundKeys(_Listed):
    """With which routing keys, on one exchange."""

    user: str
    vhost: str
    exchange: str
    write: str
    read: str


class RabbitAccess:
    """Any method may raise NotPermitted, where the user is no administrator, and
    BrokerUnavailable."""

    def __init__(self, api: Management) -> None:
        self._api = api
        self._vhost = quote(api.vhost, safe="")

    async def myself(self) -> str:
        """The user by whom all this is done."""
        [me] = await self._listed(_Myself, "whoami", one=True)
        return me.name

    async def users(self) -> Mapping[str, FoundUser]:
        return {each.name: each for each in await self._listed(FoundUser, "users")}

    async def permissions(self) -> Mapping[str, FoundPermission]:
        """Of this virtual host, by user."""
        path = f"vhosts/{self._vhost}/permissions"
        return {each.user: each for each in await self._listed(FoundPermission, path)}

    async def keys(self) -> Mapping[tuple[str, str], FoundKeys]:
        """Of this virtual host, by user and exchange."""
        path = f"vhosts/{self._vhost}/topic-permissions"
        return {(each.user, each.exchange): each for each in await self._listed(FoundKeys, path)}

    async def put_user(
        self, name: str, *, password_hash: str, hashing_algorithm: str, tags: str
    ) -> None:
        body = {
            "password_hash": password_hash,
            "hashing_algorithm": hashing_algorithm,
            "tags": tags,
        }
        await self._change("PUT", f"users/{_quoted(name)}", body)

    async def put_limit(self, user: str, limit: str, most: int) -> None:
        await self._change("PUT", f"user-limits/{_quoted(user)}/{limit}", {"value": most})

    async def put_keys(self, user: str, exchange: str, *, write: str, read: str) -> None:
        path = f"topic-permissions/{self._vhost}/{_quoted(user)}"
        await self._change("PUT", path, {"exchange": exchange, "write": write, "read": read})

    async def put_permission(self, user: str, *, configure: str, write: str, read: str) -> None:
        path = f"permissions/{self._vhost}/{_quoted(user)}"
        await self._change("PUT", path, {"configure": configure, "write": write, "read": read})

    async def delete_user(self, name: str) -> None:
        """With all that it may do; RabbitMQ ends its connections."""
        await self._change("DELETE", f"users/{_quoted(name)}")

    async def end_connections(self, user: str) -> None:
        """As long as a channel lives it goes by what its user was permitted when it first asked."""
        await self._change("DELETE", f"connections/username/{_quoted(user)}")

    async def _listed(self, kind: type[T], path: str, *, one: bool = False) -> Sequence[T]:
        found = await _told(self._api.look_up(path), path)
        try:
            return TypeAdapter(list[kind]).validate_python([found] if one else found)  # type: ignore[valid-type] # -- a type at run time
        except ValidationError as why:
            raise BrokerUnavailable(f"{self._api.base}: {path}: {why.errors()[0]['msg']}") from None

    async def _change(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> None:
        await _told(self._api.change(method, path, body), path)


class _Myself(_Listed):
    name: str


@asynccontextmanager
async def rabbit_access(url: str, management_url: str | None) -> AsyncIterator[RabbitAccess]:
    """The users of the broker behind an AMQP URL.

    Args:
        management_url: where its management API is, with the user and password of an administrator
            where that of the AMQP URL is none; derived where it is left out.

    Raises:
        NotPermitted: the user may not use the management API.
        BrokerUnavailable: it cannot be reached.
    """
    async with AsyncExitStack() as stack:
        opening = stack.enter_async_context(management(url, management_url))
        yield RabbitAccess(await _told(opening, "overview"))


async def _told(work: Awaitable[T], what: str) -> T:
    try:
        return await work
    except ManagementRefused as why:
        says = f"{why}: {why.says}" if why.says else str(why)
        if why.status == HTTPStatus.NOT_FOUND and what.startswith("vhosts/"):
            raise LoginRefused(f"{says}: {VHOST_REFUSED}") from why
        if why.status in _FORBIDDEN:
            raise NotPermitted(
                f"{says}; users are changed by an administrator: name one in PINTU_MANAGEMENT_URL"
                " (http://user:password@host:15672), or rabbitmqctl set_user_tags USER"
                " administrator"
            ) from why
        raise BrokerUnavailable(f"{says} ({what})") from why
    except ManagementUnavailable as why:
        raise BrokerUnavailable(
            f"{why}; is the plugin on (rabbitmq-plugins enable rabbitmq_management), and"
            " PINTU_MANAGEMENT_URL right?"
        ) from why


def _quoted(name: str) -> str:
    return quote(name, safe="")
