"""What RabbitMQ's management API shows, each part by itself."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import quote

from broker.amqp.address import Address
from broker.amqp.topology.management import (
    Listed,
    ManagementUnavailable,
    management,
)
from broker.amqp.topology.management import Management as Api
from broker.messaging.topology import Topology
from config.broker_sentences import told
from config.language import gettext, marked, worded
from pintu.doctor.facts import Allowed, Management, Member, Policy
from pintu.doctor.finding import Seen, seen, unseen

T = TypeVar("T")

_DIVERTING: Final = ("dead-letter-exchange", "dead-letter-routing-key", "overflow")
"""Keys of a policy that change what becomes of a message; limits of length and time are compared
with the topology."""
_STREAM: Final = "stream"
_ADMINISTRATOR: Final = marked(
    "; an administrator's user and password in PINTU_MANAGEMENT_URL see it"
)


def no_management(why: str, *, given: bool) -> Management:
    """Nothing of it can be seen."""
    return Management(given, *(unseen(why) for _ in range(6)))


async def look_through_management(
    url: str,
    at: str | None,
    address: Address,
    topology: Topology | None,
    within: float,
    *,
    given: bool,
) -> Management:
    """All that the user of the AMQP URL is let see, or the one of ``at``, where the API is.

    ``given``: whether it is the settings that name it.
    """
    try:
        async with management(url, at, within=within) as api:
            user, vhost = quote(address.user, safe=""), quote(address.vhost, safe="")
            return Management(
                given,
                seen(True),
                await _part(lambda: _tags(api, address.user)),
                await _part(lambda: _allowed(api, user, vhost), gettext(_ADMINISTRATOR)),
                await _part(lambda: _flags(api), gettext(_ADMINISTRATOR)),
                await _part(lambda: _members(api)),
                await _part(lambda: _policies(api, vhost, topology)),
            )
    except ManagementUnavailable as why:
        return no_management(worded("management API: {why}", why=told(why)), given=given)


async def _part(ask: Callable[[], Awaitable[T]], hint: str = "") -> Seen[T]:
    try:
        return seen(await ask())
    except ManagementUnavailable as why:
        return unseen(worded("management API: {why}{hint}", why=told(why), hint=hint))
    except (LookupError, TypeError, ValueError) as why:  # an answer that no RabbitMQ gives
        return unseen(
            worded(
                "management API: an answer that cannot be read ({name__})",
                name__=type(why).__name__,
            )
        )


async def _tags(api: Api, user: str) -> tuple[str, ...]:
    """Of the user of AMQP, who may be another one than asks here."""
    found = await api.look_up("whoami")
    if found["name"] != user:
        found = await api.look_up(f"users/{quote(user, safe='')}")
    tags = found["tags"]
    if isinstance(tags, str):  # RabbitMQ before 3.9.
        tags = tags.split(",")
    return tuple(str(tag).strip() for tag in tags if str(tag).strip())


async def _allowed(api: Api, user: str, vhost: str) -> Allowed | None:
    mine = [one for one in await api.look_up(f"users/{user}/permissions") if _is_of(one, vhost)]
    if not mine:
        return None
    keys = {
        str(one["exchange"]): str(one["write"])
        for one in await api.look_up(f"users/{user}/topic-permissions")
        if _is_of(one, vhost)
    }
    one = mine[0]
    return Allowed(str(one["configure"]), str(one["write"]), str(one["read"]), keys)


def _is_of(listed: Mapping[str, object], vhost: str) -> bool:
    return quote(str(listed["vhost"]), safe="") == vhost


async def _flags(api: Api) -> tuple[str, ...]:
    return tuple(sorted(await api.disabled_feature_flags()))


async def _members(api: Api) -> tuple[Member, ...]:
    columns = "name,running,mem_alarm,disk_free_alarm,disk_free,disk_free_limit,partitions"
    return tuple(_member(one) for one in await api.look_up(f"nodes?columns={columns}"))


def _member(listed: Listed) -> Member:
    alarms = [
        name
        for name, key in (("memory", "mem_alarm"), ("disk", "disk_free_alarm"))
        if listed.get(key)
    ]
    return Member(
        str(listed["name"]),
        bool(listed.get("running", True)),
        tuple(alarms),
        _number(listed.get("disk_free")),
        _number(listed.get("disk_free_limit")),
        tuple(map(str, listed.get("partitions") or ())),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


async def _policies(api: Api, vhost: str, topology: Topology | None) -> tuple[Policy, ...]:
    """What policies set for queues that were not declared with it themselves: an argument of the
    queue comes before a policy."""
    if topology is None:
        raise ManagementUnavailable(gettext("which queues are ours is not known"))
    columns = "name,policy,operator_policy,effective_policy_definition"
    listed = await api.look_up(f"queues/{vhost}?columns={columns}")
    arguments = {queue.name: queue.arguments for queue in topology.queues if queue.kind != _STREAM}
    found: dict[tuple[str, str], list[str]] = {}
    for one in listed:
        own: Collection[str] | None = arguments.get(one["name"])
        if own is None:
            continue
        for key in _diverting(one.get("effective_policy_definition") or {}, own):
            name = str(one.get("policy") or one.get("operator_policy") or "?")
            found.setdefault((name, key), []).append(str(one["name"]))
    return tuple(Policy(name, key, tuple(queues)) for (name, key), queues in found.items())


def _diverting(definition: Mapping[str, object], own: Collection[str]) -> Sequence[str]:
    return [key for key in _DIVERTING if key in definition and f"x-{key}" not in own]
