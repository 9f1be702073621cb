"""Who may do what, as RabbitMQ's regular expressions say it."""

import re

import pytest

from broker.messaging.access import accesses, exactly, is_ours
from broker.messaging.permissions import ANY_KEY, Access
from broker.messaging.topology import topology

AGENCIES, CHANNELS, PERSONS = ("dlh", "dlh-timur"), ("web", "web-toboali"), ("sri",)
MAILED = ("mail", "agency.dlh-timur")
EVERYBODY = {
    each.user: each
    for one in (False, True)
    for each in accesses(AGENCIES, CHANNELS, persons=PERSONS, mailed=MAILED, in_one_process=one)
}
TOPOLOGY = topology(AGENCIES, CHANNELS, broker_version=(4, 0), mail=["escalated.*.*"])
TOPICS = [exchange.name for exchange in TOPOLOGY.exchanges if exchange.type == "topic"]
OBJECTS = [exchange.name for exchange in TOPOLOGY.exchanges]
OBJECTS += [*(queue.name for queue in TOPOLOGY.queues), "amq.default"]
OURS = {"router", "cases", "escalations", "gateway", "webhooks", "mail", "all", "operator"}
THEIRS = {name for name in OBJECTS if name.startswith(("agency.", "channel."))}
"""Queues that may have an endpoint of webhooks."""


def matched(pattern: str) -> set[str]:
    """As RabbitMQ matches: anywhere in the name."""
    return {name for name in OBJECTS if re.search(pattern, name)}


def keys(user: str, exchange: str) -> str:
    [pattern] = [each.pattern for each in EVERYBODY[user].keys if each.exchange == exchange]
    return pattern


@pytest.mark.parametrize("access", EVERYBODY.values(), ids=EVERYBODY)
def test_whoever_may_write_to_a_topic_exchange_has_keys_for_it(access: Access) -> None:
    """Without a topic permission every key would do."""
    assert {each.exchange for each in access.keys} == matched(access.write) & {*TOPICS}


@pytest.mark.parametrize("access", EVERYBODY.values(), ids=EVERYBODY)
def test_nobody_from_outside_writes_to_the_default_exchange_to_events_or_declares(
    access: Access,
) -> None:
    if access.user not in OURS:
        assert matched(access.write) <= {"complaints.intake", "complaints.updates"}
        assert all(each.pattern != ANY_KEY for each in access.keys)
    if access.user != "operator":
        assert matched(access.configure) == set()


@pytest.mark.parametrize("access", EVERYBODY.values(), ids=EVERYBODY)
def test_everybody_but_operators_reads_at_most_its_own_queue(access: Access) -> None:
    own = {
        "router": {"router.intake"},
        "cases": {"cases", "audit"},
        "all": {"router.intake", "cases", "audit", "parked", *THEIRS, *MAILED},
        "webhooks": THEIRS,
        "escalations": set(),
        "gateway": {"parked"},
        "mail": {*MAILED},
        "desk": {"triage"},
        "desk.sri": {"triage"},
        "monitor": set(),
        "auditor": {"audit"},
        "notifier": {"escalations"},
    }
    if access.user != "operator":
        assert matched(access.read) == own.get(access.user, {access.user})


def test_an_operator_may_declare_and_bind_all_of_the_topology() -> None:
    operator = EVERYBODY["operator"]
    objects = {*OBJECTS} - {"amq.default"}
    assert matched(operator.configure) == matched(operator.read) == objects
    assert matched(operator.write) == {*OBJECTS}
    foreign = ("amq.topic", "orders", "agency", "complaints.events2", "xparked", "parked2")
    assert [name for name in foreign if re.search(operator.configure, name)] == []


@pytest.mark.parametrize(
    ("user", "exchange", "allowed", "refused"),
    [
        (
            "channel.web",
            "complaints.intake",
            ("web", "web.kecamatan.toboali", "web."),
            ("web-toboali", "webx", "sms", "", "x.web", "sms.web"),
        ),
        (
            "channel.web",
            "complaints.updates",
            ("channel.web.replied",),
            (
                "channel.web-toboali.replied",
                "channel.web",
                "agency.web.resolved",
                "x.channel.web.replied",
                "channelxweb.replied",
            ),
        ),
        (
            "agency.dlh",
            "complaints.updates",
            ("agency.dlh.resolved", "agency.dlh.returned"),
            (
                "agency.dlh-timur.resolved",
                "desk.dlh.assigned",
                "channel.dlh.replied",
                "agencyxdlh.",
            ),
        ),
        (
            "desk.sri",
            "complaints.updates",
            ("desk.sri.assigned",),
            ("desk.budi.assigned", "agency.dlh.resolved", "desk.sri-b.assigned"),
        ),
        ("desk", "complaints.updates", ("desk.sri.held",), ("agency.dlh.held", "xdesk.sri.held")),
        (
            "router",
            "complaints.events",
            ("routed.dlh.web", "triaged.triage.web", "rejected.-.web"),
            ("resolved.dlh.web", "escalated.dlh.-", "discarded.-.-"),
        ),
        (
            "gateway",
            "complaints.updates",
            ("agency.dlh.resolved", "channel.web.replied", "desk.sri.assigned"),
            ("xdesk.sri.assigned", "x.agency.dlh.resolved"),
        ),
        ("gateway", "complaints.events", ("discarded.-.web",), ("forgotten.-.-", "routed.dlh.web")),
        (
            "escalations",
            "complaints.events",
            ("escalated.dlh.-", "overdue.dlh.web", "closed.dlh.web", "resumed.dlh.web"),
            ("routed.dlh.web", "moved.dlh.web"),
        ),
        (
            "cases",
            "complaints.events",
            ("routed.dlh.web", "moved.dlh.web", "escalated.dlh.-", "joined.pln.-"),
            ("discarded.-.-", "forgotten.-.-", "forged.dlh.web"),
        ),
    ],
)
def test_keys_let_everybody_speak_for_itself_alone(
    user: str, exchange: str, allowed: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    pattern = keys(user, exchange)
    assert [key for key in allowed if not re.search(pattern, key)] == []
    assert [key for key in refused if re.search(pattern, key)] == []


def test_a_name_matches_itself_alone() -> None:
    assert exactly("a.b") == r"^a\.b$"
    assert exactly("a.b", "c") == r"^(a\.b|c)$"


def test_a_person_of_the_desk_has_the_name_of_a_code() -> None:
    with pytest.raises(ValueError, match="has not the form of a name"):
        accesses([], [], persons=["sri|.*"])


def test_without_contacts_the_mail_reads_its_own_queue_alone_and_all_in_one_does_not() -> None:
    without = {
        each.user: each for one in (False, True) for each in accesses([], [], in_one_process=one)
    }
    assert without["mail"].read == "^mail$"
    assert "mail" not in without["all"].read


def test_our_users_are_known_by_their_names() -> None:
    assert all(is_ours(user) for user in EVERYBODY)
    assert [
        name for name in ("guest", "agency", "agency.", "orders.web", "x") if is_ours(name)
    ] == []
