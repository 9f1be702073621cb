"""The user that this program has on RabbitMQ: what it may, and what it should not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from broker.messaging import names
from broker.messaging.access import MAIL, is_ours
from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.checks.needs import OF_ALL, OF_PART, Needs
from pintu.doctor.facts import Allowed, Facts
from pintu.doctor.finding import Fine, NotThere, Outcome, broken, listed, risk

_SUBJECT = "user"
_ANEW = "pintu access export --apply"
"""Of the users that it makes; others are an operator's own."""


@check("user-guest", _SUBJECT, "RabbitMQ's default user with its default password")
def guest(facts: Facts) -> Iterator[Outcome]:
    broker = facts.broker.get()
    if (broker.address.user, broker.address.password) == ("guest", "guest"):
        yield risk(
            gettext("user guest"),
            gettext("is RabbitMQ's default user with the password that everybody knows"),
            gettext("rabbitmqctl add_user pintu, with permissions; rabbitmqctl delete_user guest"),
        )


@check("user-tag", _SUBJECT, "a user with the tag `administrator`, which the program does not need")
def tag(facts: Facts) -> Iterator[Outcome]:
    broker = facts.broker.get()
    if broker.private:
        raise NotThere
    user, tags = broker.address.user, broker.management.tags.get()
    if "administrator" in tags:
        says = gettext(
            "is an administrator: may make users, read every queue and delete everything"
        )
        yield risk(
            f"user {user}", says, worded("rabbitmqctl set_user_tags {user} monitoring", user=user)
        )
    else:
        yield Fine(
            worded("tags of {user}: {tags}", user=user, tags=", ".join(tags) or gettext("none"))
        )


@check(
    "user-permissions",
    _SUBJECT,
    "permissions or topic permissions that the user lacks; and, of a user that is called `router`,"
    " `cases`, `escalations`, `gateway`, `webhooks` or `mail`, those that this part does not need",
)
def permissions(facts: Facts) -> Iterator[Outcome]:
    broker = facts.broker.get()
    user, vhost = broker.address.user, broker.address.vhost
    allowed, needs = broker.management.allowed.get(), _needs(user, facts)
    if allowed is None:
        mends = _permitting(vhost, user)
        yield broken(
            f"user {user}", worded("has no permissions in the vhost {vhost}", vhost=vhost), mends
        )
        return
    mends = _permitting(vhost, user)
    for kind, pattern, wanted in (
        ("write", allowed.write, needs.write),
        ("read", allowed.read, needs.read),
    ):
        if lacking := [name for name in wanted if not _matches(pattern, name)]:
            says = worded(
                "may not {kind} {listed} (permitted: {pattern!r})",
                kind=kind,
                listed=listed(lacking),
                pattern=pattern,
            )
            yield broken(f"user {user}", says, mends)
    if user in OF_PART:
        yield from _too_much(user, allowed, needs, broker.needs.get(), mends)
    yield from _topics(user, vhost, allowed, needs)


@check(
    "publishing",
    _SUBJECT,
    "a publish that RabbitMQ does not take: not permitted, an alarm, no quorum",
)
def publishing(facts: Facts) -> Iterator[Outcome]:
    broker = facts.broker.get()
    if why := broker.publishing.get():
        mends = (
            worded("rabbitmqctl list_user_permissions {user}", user=broker.address.user)
            if gettext("may not") in why
            else gettext(
                "rabbitmq-diagnostics alarms; rabbitmq-queues check_if_node_is_quorum_critical"
            )
        )
        yield broken("publishing", why, mends)


def _needs(user: str, facts: Facts) -> Needs:
    """What the part needs that runs as this user; mail reads what the contacts ask for."""
    needs = OF_PART.get(user, OF_ALL)
    if user in OF_PART and user != MAIL:
        return needs
    found = facts.configuration.there
    more = found.mail_queues if found else ()
    return replace(needs, read=tuple(dict.fromkeys((*needs.read, *more))))


def _permitting(vhost: str, user: str) -> str:
    """The command that gives a user of ours what it needs, and any other user everything."""
    if is_ours(user):
        return _ANEW
    return worded(
        "rabbitmqctl set_permissions --vhost '{vhost}' {user} '.*' '.*' '.*'",
        vhost=vhost,
        user=user,
    )


def _too_much(
    user: str, allowed: Allowed, needs: Needs, objects: Sequence[str], mends: str
) -> Iterator[Outcome]:
    for kind, pattern, wanted in (
        ("configure", allowed.configure, ()),
        ("write", allowed.write, needs.write),
        ("read", allowed.read, needs.read),
    ):
        more = [name for name in objects if _matches(pattern, name) and name not in wanted]
        if more:
            says = worded(
                "may {kind} {listed}, which pintu run {user} does not need",
                kind=kind,
                listed=listed(more),
                user=user,
            )
            yield risk(f"user {user}", says, mends)


def _topics(user: str, vhost: str, allowed: Allowed, needs: Needs) -> Iterator[Outcome]:
    told = [names.event_key(verb, "dinas", "web") for verb in needs.verbs]
    for exchange, keys in ((names.EVENTS, told), (names.UPDATES, needs.speaks)):
        pattern = allowed.keys.get(exchange)
        if pattern is None:
            continue  # without a topic permission every key may be written
        if lacking := [key for key in keys if not _matches(pattern, key)]:
            says = worded(
                "may not write to {exchange} with keys such as {lacking} (only {pattern!r})",
                exchange=exchange,
                lacking=lacking[0],
                pattern=pattern,
            )
            mends = worded(
                "rabbitmqctl clear_topic_permissions --vhost '{vhost}' {user} {exchange}",
                vhost=vhost,
                user=user,
                exchange=exchange,
            )
            yield broken(f"user {user}", says, _ANEW if is_ours(user) else mends)


def _matches(pattern: str, name: str) -> bool:
    """As RabbitMQ does it: anywhere in the name, and an empty pattern is none
    (https://www.rabbitmq.com/docs/access-control). One that Python cannot read counts as good."""
    if not pattern:
        return False
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True
