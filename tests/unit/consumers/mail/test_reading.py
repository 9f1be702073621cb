"""Which mails an event makes, for whom, and when they are due."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from broker.contacts import Contact
from broker.messaging.topology import mail_queues
from broker.ports import Mail
from consumers.mail.reading import Unreadable, mails_of, next_digest, read_event
from tests.unit.consumers.mail.office import (
    DLH,
    EVERYTHING,
    HEAD,
    NOW,
    an_event,
    clocks,
    contacts,
    digest_at,
    escalated,
)

SECRETARY = Contact("secretary", None, "sekda@kab.test", "", frozenset(("escalations",)))
INSPECTORATE = Contact("inspectorate", None, "itda@kab.test", "", frozenset(("escalations",)))
COORDINATOR = Contact("coordinator", None, "admin@kab.test", "", frozenset(("escalations",)))
LADDER = contacts(DLH, HEAD, COORDINATOR, SECRETARY, INSPECTORATE)


def made(message, found=LADDER, now=NOW) -> list[Mail]:
    event = read_event(message)
    assert event is not None
    return mails_of(event, found, clocks().calendar, now)


@pytest.mark.parametrize(
    ("rung", "to", "address"),
    [
        ("reminder", "agency", DLH.address),
        ("breach", "head", HEAD.address),
        ("coordinator", "coordinator", COORDINATOR.address),
        ("secretary", "secretary", SECRETARY.address),
        ("inspectorate", "inspectorate", INSPECTORATE.address),
    ],
)
def test_a_rung_is_told_to_its_role_and_to_nobody_else(rung: str, to: str, address: str) -> None:
    [mail] = made(escalated(rung, to))
    assert (mail.address, mail.role, mail.kind) == (address, to, "escalations")


def test_where_no_head_is_known_the_agency_is_told_of_the_breach() -> None:
    [mail] = made(escalated("breach", "head"), contacts(DLH, COORDINATOR))
    assert mail.address == DLH.address


def test_a_rung_in_triage_is_told_to_the_coordinator() -> None:
    [mail] = made(escalated("coordinator", "coordinator", None, "verification"))
    assert mail.address == COORDINATOR.address
    assert mail.of is None


def test_a_complaint_is_told_to_its_agency_and_to_no_other() -> None:
    [mail] = made(an_event())
    assert mail.address == DLH.address
    assert made(an_event(agency="dpupr")) == []


def test_the_same_event_makes_the_same_mails_whenever_it_comes() -> None:
    message = an_event()
    [one], [two] = made(message), made(message, now=NOW + timedelta(days=1))
    assert one.id == two.id
    [other] = made(an_event())
    assert other.id != one.id


def test_an_example_of_an_address_is_nobodys() -> None:
    for address in ("a@dlh.example.go.id", "a@example.com", "a@dlh.invalid"):
        found = contacts(replace(DLH, address=address))
        assert made(an_event(), found) == []
        assert found.keys() == ()


def test_nothing_that_a_person_wrote_is_kept() -> None:
    [mail] = made(
        an_event(
            complaint={
                "text": "merpati di selokan",
                "reporter": {"name": "Siti", "phone": "0813"},
                "location": {"village": "rumah Siti 0813", "district": "dekat Siti"},
            },
            decision={"topic": "sampah", "region": "19.03.01", "because": "karena merpati"},
            conversation=[{"note": "merpati"}],
            note="merpati",
            reason="merpati lagi",
        )
    )
    for word in ("merpati", "Siti", "0813", "selokan"):
        assert word not in repr(mail)
    assert "19.03.01" in mail.facts


def test_a_digest_waits_for_its_hour_and_an_escalation_does_not() -> None:
    found = contacts(digest_at(DLH, 8))
    [mail] = made(an_event(), found)
    assert mail.digest and mail.due_at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    [urgent] = made(escalated("reminder", "agency"), found)
    assert not urgent.digest and urgent.due_at == NOW


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02T00:59:59Z", "2026-03-02T08:00+07:00"),  # Monday, a second before
        ("2026-03-02T01:00:00Z", "2026-03-03T08:00+07:00"),  # at the hour: the next one
        ("2026-03-06T05:00:00Z", "2026-03-09T08:00+07:00"),  # Friday noon: Monday
        ("2026-12-24T05:00:00Z", "2026-12-28T08:00+07:00"),  # before Christmas and a weekend
        ("2025-03-27T05:00:00Z", "2025-04-08T08:00+07:00"),  # before Nyepi and Idul Fitri
    ],
)
def test_a_digest_goes_on_working_days_alone(now: str, due: str) -> None:
    moment = datetime.fromisoformat(now)
    found = next_digest(time(8), clocks().calendar, moment)
    assert found == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    "message",
    [
        replace(an_event(), body=b"not json"),
        replace(an_event(), body=b"[]"),
        replace(an_event(), body=b"{}"),
        replace(an_event(), routing_key="replied.dlh.web"),
        an_event(complaint_id="no"),
        an_event(tracking=None),
        an_event(tracking="x" * 200),
        an_event(agency="DLH!"),
        an_event(id=7),
    ],
)
def test_what_is_no_event_of_ours_is_unreadable(message) -> None:
    with pytest.raises(Unreadable):
        read_event(message)


def test_events_of_which_no_mail_is_made_are_passed_over() -> None:
    assert read_event(an_event("opened")) is None


def test_the_queue_of_the_mails_gets_what_no_agencys_queue_brings() -> None:
    alone = contacts(DLH, queues=frozenset({"dlh"}))
    assert mail_queues(alone) == ("agency.dlh",)
    assert alone.keys() == ()
    both = contacts(DLH, SECRETARY, queues=frozenset({"dlh"}))
    assert both.keys() == ("escalated.*.*",)
    assert mail_queues(both) == ("mail", "agency.dlh")
    with_system = contacts(replace(DLH, tells=frozenset(("complaints",))))
    assert with_system.keys() == ("routed.dlh.*",)
    assert contacts().keys() == () and mail_queues(contacts()) == ()


def test_an_agency_whose_queue_is_to_be_read_needs_a_contact() -> None:
    assert contacts(queues=frozenset({"dlh"})).drained() == frozenset()
    example = replace(DLH, address="a@dlh.example.go.id")
    assert contacts(example, queues=frozenset({"dlh"})).drained() == frozenset()


def test_a_coordinator_may_hear_of_every_complaint() -> None:
    found = contacts(replace(COORDINATOR, tells=EVERYTHING))
    assert [mail.address for mail in made(an_event(agency="dpupr"), found)] == ["admin@kab.test"]
    assert "routed.*.*" in found.keys()  # noqa: SIM118 -- a method of ours


@pytest.mark.parametrize("verb", ["merged", "separated"])
def test_that_a_report_was_joined_is_told_once(verb: str) -> None:
    """Its channel hears of it by an event of its own."""
    told = contacts(replace(COORDINATOR, tells=frozenset(("news",))))
    [mail] = made(an_event(verb, "dlh", channel="-"), told)
    assert (mail.kind, mail.verb) == ("news", verb)
    message = an_event(verb, "dlh", channel="web")
    key = f"{verb}.-.web"
    assert read_event(replace(message, routing_key=key)) is None
