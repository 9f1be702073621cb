"""Every check on facts that are made up: what is well is left alone, each fault is found."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from broker.amqp.inspecting import Depth
from broker.amqp.topology import Kind
from broker.errors import BrokerUnavailable
from broker.messaging.names import EVENTS
from pintu.doctor import CHECKS, Examined, as_record, examine, findings
from pintu.doctor.facts import (
    Allowed,
    Backup,
    Facts,
)
from pintu.doctor.finding import Finding, absent, seen, unseen
from scripts.documents.commands import commands
from tests.unit.pintu.doctor.faults import (
    DECEMBER,
    FAULTS,
    ROUTER_WRITES,
    TWO,
    as_part,
    differs,
    ends,
    on,
)
from tests.unit.pintu.doctor.healthy import (
    BROKER,
    CALENDAR,
    DAY,
    HEALTHY,
    HOST,
    MANAGEMENT,
    NOW,
    PASSWORD,
    with_broker,
    with_management,
    with_queue,
    with_rules,
)


def found(facts: Facts) -> list[tuple[Examined, Finding]]:
    return findings(examine(facts))


def test_nothing_is_found_where_all_is_well_and_every_check_looked() -> None:
    examined = examine(HEALTHY)
    assert findings(examined) == []
    assert [one.check.code for one in examined if one.not_seen] == []
    assert {one.check.code for one in examined} == CHECKS.keys()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_check_alone(fault: str) -> None:
    code, severity, facts = FAULTS[fault]
    told = found(facts)
    assert {(one.check.code, finding.severity) for one, finding in told} == {(code, severity)}
    for _, finding in told:
        assert finding.where and finding.what and finding.mends


def test_what_mends_a_fault_is_a_command_that_there_is() -> None:
    known = {name for name, _ in commands()}
    for _, _, facts in FAULTS.values():
        for _, finding in found(facts):
            for words in re.findall(r"pintu ([a-z]+(?: [a-z]+)?)", finding.mends):
                assert {words, words.split()[0]} & known, finding.mends


def test_every_check_has_a_fault() -> None:
    assert {code for code, _, _ in FAULTS.values()} == CHECKS.keys()


def test_what_is_well_in_between_is_left_alone() -> None:
    two_nodes = seen((MANAGEMENT.members.get()[0], replace(MANAGEMENT.members.get()[0], name="b")))
    for facts in (
        with_queue("router.intake", 9_999, 1),
        with_queue("parked", 99, 0),
        ends(NOW + 31 * DAY),
        on(datetime.fromisoformat("2027-11-30T00Z")),
        with_rules(zone="Asia/Pontianak"),
        with_rules(region="99.01", zone="UTC"),
        with_management(
            allowed=seen(Allowed("", "^(complaints|amq.default)", "^(router|cases|audit|parked)"))
        ),
        as_part("router", Allowed("^$", ROUTER_WRITES, "^router.intake$")),
        as_part(
            "router", Allowed("", ROUTER_WRITES, "^router.intake$", {EVENTS: "^(rou|tri|rej)"})
        ),
        differs(Kind.NOTE, serious=False),
        replace(HEALTHY, backup=seen(Backup(NOW - 2 * DAY))),
        # Two nodes of a cluster that has no name tell two.
        with_broker(
            hosts=(HOST, replace(TWO, cluster="rabbit@two")),
            management=replace(MANAGEMENT, members=two_nodes),
        ),
    ):
        assert found(facts) == []


def test_an_own_entry_of_the_calendar_counts_as_cuti_bersama() -> None:
    calendar = replace(CALENDAR, holidays={datetime(2028, 5, 2).date(): "Cuti Bersama Idul Fitri"})
    facts = on(DECEMBER)
    configured = replace(facts.configuration.get(), calendar=calendar)
    assert found(replace(facts, configuration=seen(configured))) == []


NOTHING = replace(
    HEALTHY,
    folder=unseen("gone"),
    node=unseen("gone"),
    broker=unseen("gone"),
    configuration=unseen("gone"),
    files=unseen("gone"),
    database=unseen("gone"),
    backup=unseen("gone"),
    clock=unseen("gone"),
    processes=unseen("gone"),
)


def test_what_cannot_be_seen_is_said_with_the_reason_and_is_no_finding() -> None:
    examined = examine(NOTHING)
    assert findings(examined) == []
    assert {one.not_seen for one in examined if one.not_seen} == {"gone"}
    record = as_record(examined)
    assert record["ok"] is True
    assert [entry for entry in shown_codes(record) if entry == "topology"]


def shown_codes(record: object) -> Iterator[str]:
    assert isinstance(record, dict)
    for entry in record["not_seen"]:
        yield from entry["checks"]


def test_what_was_found_before_something_could_not_be_seen_is_told() -> None:
    facts = with_broker(
        hosts=(replace(HOST, failure=BrokerUnavailable("refused")),),
        depths=unseen("no host"),
        topology=unseen("no host"),
    )
    told = {one.check.code for one, _ in found(facts)}
    assert told == {"amqp-host"}
    assert {one.not_seen for one in examine(facts) if one.not_seen} >= {"no host"}


def test_what_does_not_exist_here_is_not_spoken_of() -> None:
    facts = replace(HEALTHY, node=absent(), database=absent())
    codes = {one.check.code for one in examine(facts)}
    assert CHECKS.keys() - codes == {"node", *(c for c in CHECKS if c.startswith("database-"))}


def test_no_finding_holds_a_password() -> None:
    for _, _, facts in FAULTS.values():
        assert PASSWORD not in str(as_record(examine(facts)))


def test_queues_that_are_missing_are_told_of_by_the_topology_alone() -> None:
    depths = {name: Depth(None, None) for name in BROKER.depths.get()}
    facts = with_broker(depths=seen(depths))
    assert found(facts) == []
    assert "parked" in {one.check.code for one in examine(facts) if one.not_seen}
