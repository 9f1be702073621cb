"""RabbitMQ itself: version, feature flags, alarms, members of the cluster, disk."""

from collections.abc import Iterator
from typing import Final

from broker.messaging.topology import OLDEST
from config.broker_sentences import told
from config.language import gettext, worded, worded_many
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotSeen, Outcome, broken, listed, risk

_SUBJECT = "broker"
_NEWEST: Final = 4
"""The last major version that the program is tested with."""


@check("broker-version", _SUBJECT, "a RabbitMQ before 3.10, or after 4.x, which is not tested")
def version(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().hosts
    answering = [one for one in found if one.version]
    if not answering:
        raise NotSeen(gettext("no host of RabbitMQ let this user in"))
    for one in answering:
        shown = ".".join(map(str, one.version or ()))
        if (one.version or ())[:2] < OLDEST:
            says = worded(
                "RabbitMQ {shown} is too old: {map} is needed",
                shown=shown,
                map=".".join(map(str, OLDEST)),
            )
            yield broken(one.shown, says, gettext("upgrade RabbitMQ (docs/how-to/upgrade.md)"))
        elif (one.version or (0,))[0] > _NEWEST:
            says = worded(
                "RabbitMQ {shown} is newer than any that this version was tested with", shown=shown
            )
            yield risk(one.shown, says, gettext("upgrade Pintu, or stay with RabbitMQ 4.x"))
        else:
            yield Fine(f"{one.shown}: RabbitMQ {shown}")


@check("feature-flags", _SUBJECT, "stable feature flags that are off")
def flags(facts: Facts) -> Iterator[Outcome]:
    if off := facts.broker.get().management.flags_off.get():
        mends = " && ".join(
            worded("rabbitmqctl enable_feature_flag {flag}", flag=flag) for flag in off
        )
        yield risk(
            gettext("feature flags"),
            worded("off: {off}; the next upgrade needs them", off=", ".join(off)),
            mends,
        )


@check("alarm", _SUBJECT, "a memory or disk alarm: RabbitMQ takes no publishes from anybody")
def alarms(facts: Facts) -> Iterator[Outcome]:
    for member in facts.broker.get().management.members.get():
        for alarm in member.alarms:
            says = worded(
                "{alarm} alarm: nobody's publishes are taken; none that was confirmed is lost",
                alarm=alarm,
            )
            yield broken(
                member.name,
                says,
                worded("free {alarm} there; rabbitmq-diagnostics alarms", alarm=alarm),
            )


@check("cluster-member", _SUBJECT, "a node of the cluster that is down, or parted from the others")
def members(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().management.members.get()
    down = [member.name for member in found if not member.running]
    if down:
        tell = broken if 2 * len(down) >= len(found) else risk
        mends = gettext(
            "start it; gone for good: rabbitmqctl forget_cluster_node, rabbitmq-queues shrink"
        )
        yield tell(
            listed(down),
            worded("does not run ({down} of {found} nodes)", down=len(down), found=len(found)),
            mends,
        )
    for member in found:
        if member.partitions:
            says = worded(
                "is parted from {listed}: two halves go on by themselves",
                listed=listed(member.partitions),
            )
            yield broken(member.name, says, gettext("restart the nodes of the smaller half"))
    if not down:
        yield Fine(worded_many("{n} node, all running", "{n} nodes, all running", len(found)))


@check(
    "broker-disk",
    _SUBJECT,
    "a node of RabbitMQ whose free disk comes near the limit under which it takes no publishes",
)
def disk(facts: Facts) -> Iterator[Outcome]:
    for member in facts.broker.get().management.members.get():
        if member.free is None or member.limit is None or "disk" in member.alarms:
            continue
        if member.free < 2 * member.limit:
            says = worded(
                "{free:,} MB are free, and under {limit:,} MB it takes no publishes",
                free=member.free // 1_000_000,
                limit=member.limit // 1_000_000,
            )
            yield risk(member.name, says, gettext("make room on that machine (df -h)"))


@check(
    "management",
    _SUBJECT,
    "a management API that `PINTU_MANAGEMENT_URL` names and that cannot be used",
)
def management(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().management
    try:
        found.reached.get()
    except NotSeen as why:
        if not found.given:
            raise
        mends = gettext("set it right or unset it; rabbitmq-plugins enable rabbitmq_management")
        yield risk("PINTU_MANAGEMENT_URL", told(why), mends)
