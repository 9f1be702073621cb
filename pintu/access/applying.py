"""Users and permissions put on a broker one by one, each user whole before the next one.

A user's topic permissions stand before the permission that lets it in; what is as it should be is
not touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broker.amqp.access import (
    ADMINISTRATOR,
    FoundKeys,
    FoundPermission,
    FoundUser,
    RabbitAccess,
)
from broker.errors import NotPermitted
from config.language import gettext, worded
from pintu.access.documents import Definitions, Permission, TopicPermission, User


@dataclass(frozen=True, slots=True)
class Standing:
    """What a broker has: users by name, permissions by user, keys by user and exchange."""

    users: Mapping[str, FoundUser]
    permissions: Mapping[str, FoundPermission]
    keys: Mapping[tuple[str, str], FoundKeys]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a user: `new`, or the parts that were not as they should be."""

    user: str
    parts: Sequence[str]


async def standing(rabbit: RabbitAccess) -> Standing:
    """What is there. Raises NotPermitted and BrokerUnavailable, as all of this does."""
    return Standing(await rabbit.users(), await rabbit.permissions(), await rabbit.keys())


def refuse_administrators(users: Sequence[str], found: Standing) -> None:
    """No administrator is made less, or taken away: it is somebody else's, or the one who asks.

    Raises:
        NotPermitted: one of these users is one.
    """
    for name in users:
        if name in found.users and ADMINISTRATOR in found.users[name].tags:
            raise NotPermitted(
                worded(
                    "user {name} is an administrator of this RabbitMQ, and none of ours: "
                    "give it another name, or take the tag away (rabbitmqctl set_user_tags)",
                    name=name,
                )
            )


async def apply(rabbit: RabbitAccess, whole: Definitions, found: Standing) -> Sequence[Change]:
    """Put all of it; gives what was changed."""
    permissions = {each["user"]: each for each in whole["permissions"]}
    changes: list[Change] = []
    for user in whole["users"]:
        name = user["name"]
        keys = [each for each in whole["topic_permissions"] if each["user"] == name]
        parts = await _apply_one(rabbit, user, keys, permissions[name], found)
        if parts:
            changes.append(Change(name, parts))
    return changes


async def revoke(rabbit: RabbitAccess, users: Sequence[str], found: Standing) -> Sequence[str]:
    """Delete users, which ends their connections; gives those who were there."""
    there = [name for name in users if name in found.users]
    for name in there:
        await rabbit.delete_user(name)
    return there


async def _apply_one(
    rabbit: RabbitAccess,
    user: User,
    keys: Sequence[TopicPermission],
    permission: Permission,
    found: Standing,
) -> Sequence[str]:
    name, there = user["name"], found.users.get(user["name"])
    parts: list[str] = []
    if there is None or _differs(user, there):
        await rabbit.put_user(
            name,
            password_hash=user["password_hash"],
            hashing_algorithm=user["hashing_algorithm"],
            tags=user["tags"],
        )
        parts += _what_differs(user, there) if there else []
    if there is None or not there.limits:  # one that an operator has set stays
        for limit, most in user["limits"].items():
            assert isinstance(most, int)
            await rabbit.put_limit(name, limit, most)
            parts.append(limit)
    for one in keys:
        is_ = found.keys.get((name, one["exchange"]))
        if is_ is None or (is_.write, is_.read) != (one["write"], one["read"]):
            await rabbit.put_keys(name, one["exchange"], write=one["write"], read=one["read"])
            parts.append(_of_keys(one))
    may = found.permissions.get(name)
    wanted = permission["configure"], permission["write"], permission["read"]
    if may is None or (may.configure, may.write, may.read) != wanted:
        configure, write, read = wanted
        await rabbit.put_permission(name, configure=configure, write=write, read=read)
        parts.append("permission")
    if there is None:
        return ["new"]
    if {*parts} & {"permission", *(_of_keys(one) for one in keys)}:
        await rabbit.end_connections(name)
    return parts


def _of_keys(one: TopicPermission) -> str:
    return worded("keys on {one}", one=one["exchange"])


def _differs(user: User, there: FoundUser) -> bool:
    return bool(_what_differs(user, there))


def _what_differs(user: User, there: FoundUser) -> list[str]:
    parts = []
    if user["password_hash"] != there.password_hash:
        parts.append(
            "password" if user["password_hash"] else gettext("certificate instead of a password")
        )
    if {*user["tags"].split(",")} - {""} != {*there.tags}:
        parts.append("tags")
    return parts
