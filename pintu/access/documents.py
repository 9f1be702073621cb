"""Definitions as RabbitMQ imports them (https://www.rabbitmq.com/docs/definitions), 3.10 and 4.x.

In two steps: a user without a topic permission may use every routing key, so these are there
before the permission that lets it in.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from broker.messaging.permissions import ANY_KEY, NOTHING, Access, Limits
from pintu.access.logins import Login

UserLimits = TypedDict("UserLimits", {"max-connections": int, "max-channels": int}, total=False)


class User(TypedDict):
    """``tags``: with commas between."""

    name: str
    password_hash: str
    hashing_algorithm: str
    tags: str
    limits: UserLimits


class Permission(TypedDict):
    """Regular expressions on names."""

    user: str
    vhost: str
    configure: str
    write: str
    read: str


class TopicPermission(TypedDict):
    """Regular expressions on routing keys."""

    user: str
    vhost: str
    exchange: str
    write: str
    read: str


class FirstStep(TypedDict):
    """Users, who may not enter yet."""

    users: list[User]
    topic_permissions: list[TopicPermission]


class SecondStep(TypedDict):
    """What lets them in."""

    permissions: list[Permission]


class Definitions(FirstStep, SecondStep):
    """Both in one."""


STEPS: Final = ("1-users.json", "2-permissions.json")


def definitions(accesses: Sequence[Access], logins: Mapping[str, Login], vhost: str) -> Definitions:
    """All of it; ``logins``: by user, for each."""
    return {
        "users": [user(each, logins[each.user]) for each in accesses],
        "topic_permissions": [one for each in accesses for one in topics(each, vhost)],
        "permissions": [permission(each, vhost) for each in accesses],
    }


def steps(whole: Definitions) -> tuple[FirstStep, SecondStep]:
    """The same in two documents, in the order in which they are imported."""
    first = FirstStep(users=whole["users"], topic_permissions=whole["topic_permissions"])
    return first, SecondStep(permissions=whole["permissions"])


def user(access: Access, login: Login) -> User:
    return {
        "name": access.user,
        "password_hash": login.password_hash,
        "hashing_algorithm": login.algorithm,
        "tags": ",".join(access.tags),
        "limits": limits(access.limits),
    }


def limits(given: Limits | None) -> UserLimits:
    return {"max-connections": given.connections, "max-channels": given.channels} if given else {}


def permission(access: Access, vhost: str) -> Permission:
    return {
        "user": access.user,
        "vhost": vhost,
        "configure": access.configure,
        "write": access.write,
        "read": access.read,
    }


def topics(access: Access, vhost: str) -> list[TopicPermission]:
    """Read is asked for to bind a queue, which none but an operator may: with every key."""
    read = ANY_KEY if access.configure != NOTHING else NOTHING
    return [
        {
            "user": access.user,
            "vhost": vhost,
            "exchange": keys.exchange,
            "write": keys.pattern,
            "read": read,
        }
        for keys in access.keys
    ]
