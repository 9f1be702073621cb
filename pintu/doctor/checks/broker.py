"""RabbitMQ itself: version, feature flags, alarms, members of the cluster, disk."""

from collections.abc import Iterator
from typing import Final

from broker.messaging.topology import OLDEST
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
        raise NotSeen("no host of RabbitMQ let this user in")
    for one in answering:
        shown = ".".join(map(str, one.version or ()))
        if (one.version or ())[:2] < OLDEST:
            says = f"RabbitMQ {shown} is too old: {'.'.join(map(str, OLDEST))} is needed"
            yield broken(one.shown, says, "upgrade RabbitMQ (docs/how-to/upgrade.md)")
        elif (one.version or (0,))[0] > _NEWEST:
            says = f"RabbitMQ {shown} is newer than any that this version was tested with"
            yield risk(one.shown, says, "upgrade Pintu, or stay with RabbitMQ 4.x")
        else:
            yield Fine(f"{one.shown}: RabbitMQ {shown}")


@check("feature-flags", _SUBJECT, "stable feature flags that are off")
def flags(facts: Facts) -> Iterator[Outcome]:
    if off := facts.broker.get().management.flags_off.get():
        mends = " && ".join(f"rabbitmqctl enable_feature_flag {flag}" for flag in off)
        yield risk("feature flags", f"off: {', '.join(off)}; the next upgrade needs them", mends)


@check("alarm", _SUBJECT, "a memory or disk alarm: RabbitMQ takes no publishes from anybody")
def alarms(facts: Facts) -> Iterator[Outcome]:
    for member in facts.broker.get().management.members.get():
        for alarm in member.alarms:
            says = f"{alarm} alarm: nobody's publishes are taken; none that was confirmed is lost"
            yield broken(member.name, says, f"free {alarm} there; rabbitmq-diagnostics alarms")


@check("cluster-member", _SUBJECT, "a node of the cluster that is down, or parted from the others")
def members(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().management.members.get()
    down = [member.name for member in found if not member.running]
    if down:
        tell = broken if 2 * len(down) >= len(found) else risk
        mends = "start it; gone for good: rabbitmqctl forget_cluster_node, rabbitmq-queues shrink"
        yield tell(listed(down), f"does not run ({len(down)} of {len(found)} nodes)", mends)
    for member in found:
        if member.partitions:
            says = f"is parted from {listed(member.partitions)}: two halves go on by themselves"
            yield broken(member.name, says, "restart the nodes of the smaller half")
    if not down:
        yield Fine(f"{len(found)} node{'s' * (len(found) != 1)}, all running")


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
            says = (
                f"{member.free // 1_000_000:,} MB are free, and under"
                f" {member.limit // 1_000_000:,} MB it takes no publishes"
            )
            yield risk(member.name, says, "make room on that machine (df -h)")


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
        mends = "set it right or unset it; rabbitmq-plugins enable rabbitmq_management"
        yield risk("PINTU_MANAGEMENT_URL", str(why), mends)
