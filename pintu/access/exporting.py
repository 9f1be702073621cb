"""From the configuration to files, and on to a broker."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from broker.amqp.access import rabbit_access
from broker.amqp.address import Address, parse_address
from broker.messaging import names
from config.language import gettext
from pintu.access import applying
from pintu.access.applying import Change
from pintu.access.documents import Definitions, definitions
from pintu.access.folder import AccessFolder
from pintu.access.logins import Login
from pintu.access.plan import Plan, Wishes, plan
from pintu.access.urls import url_of


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    plan: Plan
    definitions: Definitions = field(repr=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written and put on a broker; ``revoked``: who was there to be."""

    plan: Plan
    changes: Sequence[Change]
    revoked: Sequence[str]


class Unfinished(Exception):
    """The broker went away or refused in the middle; its cause says why. ``rotated``: whose new
    password may not be in force."""

    def __init__(self, rotated: Collection[str]) -> None:
        super().__init__(gettext("not all is done"))
        self.rotated = rotated


def export(
    agencies: Collection[str],
    channels: Collection[str],
    folder: AccessFolder,
    address: Address,
    wishes: Wishes,
) -> Exported:
    """Write the definitions, and the URLs of those who get a new password.

    Args:
        agencies, channels: of the configuration.
        address: where these users will find RabbitMQ; its virtual host is the one they may enter.

    Raises:
        BadConfiguration: see ``plan``.
        OSError: it cannot be written.
    """
    made = plan(agencies, channels, folder.logins(), wishes)
    return Exported(made, _write(folder, made, address))


async def export_and_apply(
    agencies: Collection[str],
    channels: Collection[str],
    folder: AccessFolder,
    url: str,
    management_url: str | None,
    wishes: Wishes,
) -> Applied:
    """The same, and put it on the broker. What a user is known by there counts for more than what
    was written here before: somebody may have rotated it elsewhere.

    Raises:
        NotPermitted, BrokerUnavailable: before anything was written or changed.
        Unfinished: in the middle.
    """
    async with rabbit_access(url, management_url) as rabbit:
        found = await applying.standing(rabbit)
        there = {
            each.name: Login(each.password_hash, each.hashing_algorithm)
            for each in found.users.values()
        }
        made = plan(agencies, channels, {**folder.logins(), **there}, wishes)
        applying.refuse_administrators([*made.logins, *made.revoked], found)
        whole = _write(folder, made, parse_address(url))
        try:
            changes = await applying.apply(rabbit, whole, found)
            revoked = await applying.revoke(rabbit, made.revoked, found)
        except Exception as why:
            raise Unfinished(wishes.rotate) from why
        return Applied(made, changes, revoked)


def _write(folder: AccessFolder, made: Plan, address: Address) -> Definitions:
    """Secrets first: a password that is in force and that nobody has cannot be found again."""
    whole = definitions(made.accesses, made.logins, address.vhost)
    folder.write_secrets(
        {
            user: url_of(address, user, password, ours=not _outside(user))
            for user, password in made.passwords.items()
        }
    )
    folder.write(whole)
    without = [user for user, login in made.logins.items() if not login.password_hash]
    folder.remove_secrets([*made.revoked, *without])
    return whole


def _outside(user: str) -> bool:
    """Adapters and agencies run on machines of others."""
    return user.startswith((names.agency_queue(""), names.channel_queue("")))
