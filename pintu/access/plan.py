"""Who gets which login: those who are known keep theirs, all others get a new password."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from broker.errors import BadConfiguration
from broker.messaging.access import ALL, DESK, ROUTER, accesses, is_ours
from broker.messaging.permissions import Access
from config.language import worded
from pintu.access.logins import BY_CERTIFICATE, Login, login_of, new_password


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for, by name of user; ``persons``: of the desk, by name of person;
    ``mailed``: queues that the mails are made of."""

    rotate: Collection[str] = ()
    revoke: Collection[str] = ()
    certificates: Collection[str] = ()
    persons: Collection[str] = ()
    mailed: Collection[str] = ()
    in_one_process: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """``accesses`` and ``logins``: who is to be there; ``passwords``: of whom a new one was made;
    ``revoked``: who is to go; ``left``: who is there, looks like ours and is not asked for."""

    accesses: Sequence[Access]
    logins: Mapping[str, Login] = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)
    revoked: Sequence[str]
    left: Sequence[str]


def plan(
    agencies: Collection[str],
    channels: Collection[str],
    known: Mapping[str, Login],
    wishes: Wishes,
) -> Plan:
    """
    Args:
        agencies, channels: of the configuration.
        known: logins of users that exist, ours and others.

    Raises:
        BadConfiguration: a wish names nobody, or contradicts another.
    """
    everybody = _accesses(agencies, channels, known, wishes)
    _check(wishes, {each.user for each in everybody}, known)
    wanted = [each for each in everybody if each.user not in wishes.revoke]
    logins: dict[str, Login] = {}
    passwords: dict[str, str] = {}
    for user in (each.user for each in wanted):
        if user in wishes.certificates:
            logins[user] = BY_CERTIFICATE
        elif user in known and user not in wishes.rotate:
            logins[user] = known[user]
        else:
            passwords[user] = new_password()
            logins[user] = login_of(passwords[user])
    left = {user for user in known if is_ours(user)} - logins.keys() - {*wishes.revoke}
    return Plan(wanted, logins, passwords, tuple(dict.fromkeys(wishes.revoke)), sorted(left))


def _accesses(
    agencies: Collection[str], channels: Collection[str], known: Mapping[str, Login], wishes: Wishes
) -> Sequence[Access]:
    """Persons, and whether there is one process, are remembered by the users that there are."""
    prefix = f"{DESK}."
    persons = {user.removeprefix(prefix) for user in known if user.startswith(prefix)}
    persons = {name for name in persons if is_ours(f"{prefix}{name}")}
    one = ALL in known and ROUTER not in known
    try:
        return accesses(
            agencies,
            channels,
            persons=sorted(persons | {*wishes.persons}),
            mailed=sorted(wishes.mailed),
            in_one_process=wishes.in_one_process or one,
        )
    except ValueError as why:
        raise BadConfiguration(str(why)) from None


def _check(wishes: Wishes, users: Collection[str], known: Mapping[str, Login]) -> None:
    named = (("--rotate", wishes.rotate), ("--certificate", wishes.certificates))
    for option, given in named:
        for name in given:
            if name not in users:
                raise BadConfiguration(
                    worded(
                        "{option} {name}: there is no such user (pintu access show lists them)",
                        option=option,
                        name=name,
                    )
                )
            if name in wishes.revoke:
                raise BadConfiguration(
                    worded(
                        "{option} {name}: it is to be revoked too; choose", option=option, name=name
                    )
                )
    for name in wishes.rotate:
        if name in wishes.certificates:
            raise BadConfiguration(
                worded("--rotate {name}: a user with a certificate has no password", name=name)
            )
    for name in wishes.revoke:
        if not is_ours(name):
            raise BadConfiguration(
                worded("--revoke {name}: is no user of this system's", name=name)
            )
        if name not in users and name not in known:
            raise BadConfiguration(worded("--revoke {name}: there is no such user", name=name))
