"""What RabbitMQ dead-lettered from `cases` and other queues, and an operator sends back."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest

from tests.acceptance.cases.case_town import Town
from tests.acceptance.cases.desk import Desk
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program
from tests.support.eventually import eventually

FORGED: dict[str, Any] = {
    "queue": "cases",
    "reason": "delivery_limit",
    "exchange": "complaints.events",
    "routing-keys": ["routed.pln.web"],
    "count": 1,
    "time": datetime(2026, 1, 1, tzinfo=UTC),
}


PROBE = "probe"
"""The id of a probe; see broker.messaging.watermark."""


@pytest.fixture
def town(amqp_url: str, tmp_path: Path) -> Iterator[Town]:
    """A router, and nobody who keeps cases yet."""
    programs = {"router": Program("router", amqp_url, tmp_path)}
    try:
        outside = Outside(amqp_url)
        yield Town(outside, programs)
        outside.close()
        for program in programs.values():
            program.stop()
    finally:
        for program in programs.values():
            program.kill()


@pytest.fixture
def desk(town: Town) -> Desk:
    settings = {"AMQP_URL": town.outside.url, "CONFIG_DIR": str(TOWN)}
    return Desk(settings | {"STATE_DIR": str(town.programs["router"].state_dir)})


def starts_cases(town: Town) -> None:
    state_dir = town.programs["router"].state_dir
    town.programs["cases"] = Program("cases", town.outside.url, state_dir)


def dies(url: str, queue: str, messages: int) -> None:
    """Give all that is in a queue back until RabbitMQ has had enough, but for the router's probes
    of whether it could publish: they are taken out."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        eventually(lambda: depth(channel, queue) >= messages, saying=f"{messages} in {queue}")
        parked = depth(channel, "parked")
        channel.basic_qos(prefetch_count=1)
        for method, properties, _ in channel.consume(queue, inactivity_timeout=0.5):
            if method is None:
                if depth(channel, "parked") == parked + messages:
                    break
            elif properties.message_id == PROBE:
                channel.basic_ack(method.delivery_tag)
            else:
                channel.basic_nack(method.delivery_tag, requeue=True)
        channel.cancel()


def depth(channel: Any, queue: str) -> int:
    count: int = channel.queue_declare(queue, passive=True).method.message_count
    return count


def kept(desk: Desk, complaint: str) -> dict[str, Any]:
    """Its case, as soon as there is one."""

    def found() -> dict[str, Any] | None:
        done = desk.does("case", "show", complaint, "--json")
        return None if done.returncode else dict(json.loads(done.stdout))

    return eventually(found, saying=f"a case of {complaint}")


def parked(desk: Desk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(desk.prints("parked", "list", "--json"))
    return rows


def said_twice(town: Town) -> list[str]:
    """Keys of what is on the audit trail more than once."""
    last = town.outside.pass_through()
    said = Counter((m.exchange, m.key, m.body) for m in town.outside.stream(last))
    return [key for (_, key, _), times in said.items() if times > 1]


def test_dead_letters_of_cases_become_cases_with_clocks_and_updates_that_are_applied(
    town: Town, desk: Desk
) -> None:
    url = town.outside.url
    complaint, triaged = town.submits("sampah menumpuk"), town.submits("entah apa ini")
    town.hears(complaint, "routed.dlh.web", "agency.dlh")
    town.hears(triaged, "triaged.triage.web", "triage")
    town.says(complaint, "agency.dlh.acknowledged", note="kami periksa")
    town.says(complaint, "channel.web.replied", note="lekas")
    town.says(triaged, "desk.sri.assigned", agency="pln", reason="lampu")
    dies(url, "cases", 5)

    rows = parked(desk)
    assert {row["from"] for row in rows} == {row["to"] for row in rows} == {"/cases"}
    assert sorted(row["replayed_as"] for row in rows) == [
        "complaints.events/routed.dlh.web",
        "complaints.events/triaged.triage.web",
        "complaints.updates/agency.dlh.acknowledged",
        "complaints.updates/channel.web.replied",
        "complaints.updates/desk.sri.assigned",
    ]
    assert desk.prints("parked", "replay", "--all") == "5 sent back\n"
    assert parked(desk) == []
    assert town.outside.depth("cases") in (5, 6)  # and perhaps a probe
    assert town.outside.depth("agency.dlh") == town.outside.depth("triage") == 0

    starts_cases(town)
    town.hears(complaint, "acknowledged.dlh.web", "channel.web")
    town.hears(complaint, "replied.dlh.web", "agency.dlh")
    town.hears(triaged, "routed.pln.web", "agency.pln")
    case = kept(desk, complaint)
    assert case["agency"] == "dlh"
    assert [clock["due_at"] for clock in case["clocks"] if clock["due_at"]]
    assert kept(desk, triaged)["agency"] == "pln"
    assert parked(desk) == []
    assert said_twice(town) == []
    heard = [m.key for m in town.about(complaint, "agency.dlh")]
    assert heard.count("routed.dlh.web") == 1


def test_dead_letters_of_the_router_and_of_an_agency_go_back_there_alone(
    town: Town, desk: Desk
) -> None:
    url = town.outside.url
    first = town.submits("sampah menumpuk")
    town.outside.wait_for("agency.dlh", 1)
    dies(url, "agency.dlh", 1)
    [row] = parked(desk)
    assert (row["from"], row["to"], row["replayed_as"]) == ("/agency.dlh", "/agency.dlh", None)
    assert desk.prints("parked", "replay", row["id"]) == "1 sent back\n"
    [again] = town.outside.take("agency.dlh", 1)
    assert (again.exchange, again.key, again.event["subject"]) == ("", "agency.dlh", first)
    assert town.outside.depth("cases") in (1, 2)  # and perhaps a probe

    town.programs.pop("router").stop()
    second = town.submits("sampah di pasar", channel="sms")
    dies(url, "router.intake", 1)
    [row] = parked(desk)
    assert (row["from"], row["to"]) == ("/router.intake", "complaints.intake/sms")
    assert desk.prints("parked", "replay", row["id"]) == "1 sent back\n"
    town.programs["router"] = Program("router", url, Path(desk.settings["STATE_DIR"]))
    # Its channel is the one that it came by, and so is its id.
    assert town.hears(second, "routed.dlh.sms", "agency.dlh").data["channel"] == "sms"


def test_no_header_of_a_sender_makes_an_update_an_event(town: Town, desk: Desk) -> None:
    complaint = town.submits("sampah menumpuk")
    event = town.hears(complaint, "routed.dlh.web", "agency.dlh").body
    forged = event.replace(complaint.encode(), str(uuid4()).encode())
    headers = {"replayed-as": "complaints.events/routed.pln.web", "x-death": [FORGED]}
    keys = ("agency.pln.resolved", "routed.pln.web", "cases")
    for number, key in enumerate(keys):
        id = f"forged-{number}"
        town.outside.publish(
            key,
            forged,
            exchange="complaints.updates",
            headers=headers,
            message_id=id,
            content_type="application/cloudevents+json",
            type="pintu.marker.v1",
        )
    dies(town.outside.url, "cases", 4)
    assert desk.prints("parked", "replay", "--all") == "4 sent back\n"
    starts_cases(town)
    assert kept(desk, complaint)["agency"] == "dlh"
    rows = eventually(lambda: rows if len(rows := parked(desk)) == 3 else None)
    assert {row["from"] for row in rows} == {f"complaints.updates/{key}" for key in keys}
    assert {row["reason"] for row in rows} <= {"bad-key", "unknown-type", "unknown-verb"}
    assert len(json.loads(desk.prints("case", "list", "--json"))) == 1
