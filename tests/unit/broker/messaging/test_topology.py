"""The exchanges, queues and bindings, and which queue an event reaches."""

from datetime import timedelta
from typing import Any

import pytest

from broker.messaging.topology import Kind, Queue, Topology, topology
from broker.retention import Retention
from schemas import verbs

NEW = topology(["dpupr", "pln"], ["web", "sms"], broker_version=(4, 0, 5))
OLD = topology(["dpupr", "pln"], ["web", "sms"], broker_version=(3, 10, 8))

WORK = {
    "x-queue-type": "quorum",
    "x-delivery-limit": 50,
    "x-dead-letter-exchange": "complaints.parked",
    "x-overflow": "reject-publish",
    "x-dead-letter-strategy": "at-least-once",
}
COPY = {
    "x-queue-type": "quorum",
    "x-delivery-limit": 1_000_000_000,
    "x-message-ttl": 90 * 24 * 3600 * 1000,
}


BALANCED = {"x-queue-leader-locator": "balanced"}


def the(name: str, of: Topology = NEW) -> Queue:
    return next(queue for queue in of.queues if queue.name == name)


def reached_by(exchange: str, key: str) -> set[str]:
    """The queues that a message with that key reaches, by the rules of topic exchanges."""
    return {
        b.queue
        for b in NEW.bindings
        if b.exchange == exchange and matches(b.routing_key.split("."), key.split("."))
    }


def matches(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(matches(pattern[1:], words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and matches(pattern[1:], words[1:])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("router.intake", WORK),
        ("cases", {**WORK, "x-single-active-consumer": True}),
        ("agency.dpupr", WORK),
        ("channel.web", COPY),
        ("triage", COPY),
        ("escalations", COPY),
        ("parked", {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000_000}),
    ],
)
def test_a_queue_has_exactly_the_arguments_of_its_kind(
    name: str, arguments: dict[str, Any]
) -> None:
    assert dict(the(name).arguments) == {**arguments, **BALANCED}


@pytest.mark.parametrize("queue", [*NEW.queues, *OLD.queues], ids=lambda queue: queue.name)
def test_leaders_are_spread_and_a_queue_from_before_that_stays_accepted(queue: Queue) -> None:
    """A queue's arguments cannot be changed: refused, every older installation would stop."""
    assert queue.arguments["x-queue-leader-locator"] == "balanced"
    before = {n: v for n, v in queue.arguments.items() if n not in BALANCED}
    assert before in [dict(arguments) for arguments in queue.tolerated]


def test_the_audit_trail_is_a_stream_bounded_by_age_and_size_in_small_segments() -> None:
    arguments = the("audit").arguments
    assert set(arguments) == {
        "x-queue-type",
        "x-max-age",
        "x-max-length-bytes",
        "x-stream-max-segment-size-bytes",
        *BALANCED,
    }
    segment, whole = arguments["x-stream-max-segment-size-bytes"], arguments["x-max-length-bytes"]
    assert isinstance(segment, int) and isinstance(whole, int) and segment * 50 <= whole


@pytest.mark.parametrize("name", ["router.intake", "cases"])
def test_what_is_fed_from_outside_dead_letters_at_most_once_before_4_0(name: str) -> None:
    old, new = the(name, OLD).arguments, the(name, NEW).arguments
    assert dict(old) == {**new, "x-dead-letter-strategy": "at-most-once"}
    assert old in the(name, NEW).tolerated
    assert new not in the(name, OLD).tolerated


def test_nothing_else_depends_on_the_version_of_the_broker() -> None:
    outside = {"router.intake", "cases"}
    assert [q for q in OLD.queues if q.name not in outside] == [
        q for q in NEW.queues if q.name not in outside
    ]
    assert (OLD.exchanges, OLD.bindings) == (NEW.exchanges, NEW.bindings)


def test_no_limit_is_ever_minus_one_and_only_the_stream_has_a_length() -> None:
    for queue in (*NEW.queues, *OLD.queues):
        assert all(value != -1 for value in queue.arguments.values())
        if queue.kind is not Kind.STREAM:
            assert not {"x-max-length", "x-max-length-bytes"} & set(queue.arguments)


def test_what_finds_no_queue_is_parked() -> None:
    unroutable = {e.name: e.arguments.get("alternate-exchange") for e in NEW.exchanges}
    assert unroutable == {
        "complaints.parked": None,
        "complaints.intake": "complaints.parked",
        "complaints.updates": "complaints.parked",
        "complaints.events": None,
    }
    assert reached_by("complaints.parked", "") == {"parked"}


def test_a_complaint_reaches_the_agency_the_clock_and_the_audit_trail_together() -> None:
    assert reached_by("complaints.events", "routed.dpupr.web") == {"agency.dpupr", "cases", "audit"}


def test_a_complaint_in_triage_reaches_the_desk_and_the_clock() -> None:
    assert reached_by("complaints.events", "triaged.triage.web") == {"triage", "cases", "audit"}


@pytest.mark.parametrize("verb", verbs.EVENTS)
@pytest.mark.parametrize("channel", ["web", "-"])
def test_the_desk_hears_what_is_said_while_it_has_the_complaint(verb: str, channel: str) -> None:
    heard = {"triaged", "replied", "withdrawn", "held", "resumed", "merged", "separated"}
    reached = reached_by("complaints.events", f"{verb}.triage.{channel}")
    assert ("triage" in reached) == (verb in heard)
    elsewhere = reached_by("complaints.events", f"{verb}.dpupr.{channel}")
    assert ("triage" in elsewhere) == (verb == "triaged")


def test_an_escalation_reaches_whoever_notifies_and_the_agency() -> None:
    expected = {"agency.pln", "escalations", "audit"}
    assert reached_by("complaints.events", "escalated.pln.sms") == expected


@pytest.mark.parametrize("verb", verbs.EVENTS)
def test_a_channel_hears_everything_of_its_complaints_but_the_decision_and_escalations(
    verb: str,
) -> None:
    reached = reached_by("complaints.events", f"{verb}.dpupr.web")
    assert ("channel.web" in reached) == (verb not in ("routed", "triaged", "escalated"))
    assert "channel.sms" not in reached


@pytest.mark.parametrize("verb", verbs.EVENTS)
def test_an_agency_hears_of_its_own_complaints_alone(verb: str) -> None:
    heard = {"routed", "escalated", "moved", "replied", "withdrawn", "rejected", "closed"}
    heard |= {"merged", "separated"}
    reached = reached_by("complaints.events", f"{verb}.dpupr.web")
    assert ("agency.dpupr" in reached) == (verb in heard)
    assert "agency.pln" not in reached


def test_a_rejection_without_an_agency_reaches_the_channel() -> None:
    assert reached_by("complaints.events", "rejected.-.web") == {"channel.web", "audit"}


def test_that_an_operator_discarded_a_message_is_on_the_audit_trail_alone() -> None:
    assert reached_by("complaints.events", "discarded.-.web") == {"audit"}


def test_what_comes_in_reaches_the_router_and_updates_reach_cases_and_audit() -> None:
    assert reached_by("complaints.intake", "web.further.words") == {"router.intake"}
    assert reached_by("complaints.updates", "agency.dpupr.resolved") == {"cases", "audit"}


def test_how_long_copies_and_the_audit_trail_are_kept_can_be_set() -> None:
    kept = Retention(copies=timedelta(days=7), audit_age=timedelta(days=365), audit_bytes=10**10)
    changed = topology(["a"], ["web"], broker_version=(4, 0), retention=kept)
    assert the("channel.web", changed).arguments["x-message-ttl"] == 7 * 24 * 3600 * 1000
    assert the("audit", changed).arguments["x-max-age"] == f"{365 * 24 * 3600}s"
    assert the("audit", changed).arguments["x-max-length-bytes"] == 10**10


@pytest.mark.parametrize("code", ["", "Dinas", "triage", "a.b", "1a", "a" * 41, "a*"])
def test_what_has_not_the_form_of_a_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        topology([code], [], broker_version=(4, 0))
    with pytest.raises(ValueError, match="code"):
        topology([], [code], broker_version=(4, 0))


def test_a_broker_that_is_too_old_is_refused() -> None:
    with pytest.raises(ValueError, match=r"3\.9\.29 is too old"):
        topology([], [], broker_version=(3, 9, 29))
