"""Cases from outside: agencies, reporters and the desk, who know only the contract."""

import json
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from broker.node import Node
from tests.acceptance.cases.case_town import Town, a_town
from tests.support.eventually import eventually
from tests.support.nodes import Management, in_vhost

PATIENCE = 15.0
"""Seconds for which an update waits for its case."""


@pytest.fixture(scope="module")
def town(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    url = in_vhost(rabbitmq.url, vhost)
    with a_town(url, tmp_path_factory.mktemp("cases")) as town:
        yield town
    management.delete_vhost(vhost)


def test_a_complaint_is_answered_and_its_reporter_hears_each_step(town: Town) -> None:
    complaint = town.submits("sampah menumpuk")
    town.hears(complaint, "routed.dlh.web", "agency.dlh")
    opened = town.hears(complaint, "opened.dlh.web", "channel.web")
    assert opened.data["agency"] == "dlh"
    assert opened.data["agency_name"] and opened.data["respond_by"] and opened.data["resolve_by"]
    assert b"menumpuk" not in opened.body
    of = opened.data["of"]
    assert of["source"] == "/channels/web"
    assert complaint == str(uuid5(NAMESPACE_URL, f"{of['source']}#{of['id']}"))
    for verb in ("acknowledged", "responded", "resolved"):
        town.says(complaint, f"agency.dlh.{verb}", note=f"kami {verb}")
        told = town.hears(complaint, f"{verb}.dlh.web", "channel.web")
        assert told.data["note"] == f"kami {verb}"
        assert told.data["by"] == "agency.dlh"
        assert told.data["of"] == of
        assert told.event["source"] == "/pintu/cases"


def test_a_reporter_who_replies_after_the_answer_opens_it_again(town: Town) -> None:
    complaint = town.submits("jalan rusak parah")
    town.hears(complaint, "opened.dpupr.web")
    town.says(complaint, "agency.dpupr.resolved", note="sudah ditambal")
    town.hears(complaint, "resolved.dpupr.web")
    town.says(complaint, "channel.web.replied", note="belum")
    heard = town.hears(complaint, "replied.dpupr.web", "agency.dpupr")
    assert heard.data["note"] == "belum"
    town.says(complaint, "agency.dpupr.held", note="di ruas mana?")
    held = town.hears(complaint, "held.dpupr.web", "channel.web")
    assert held.data["state"] == "held"
    town.says(complaint, "channel.web.withdrawn")
    town.hears(complaint, "withdrawn.dpupr.-", "agency.dpupr")
    closed = town.hears(complaint, "closed.dpupr.web", "channel.web")
    assert (closed.data["how"], closed.data["by"]) == ("withdrawn", "channel.web")


def test_an_agency_that_hands_it_back_names_the_next_one(town: Town) -> None:
    complaint = town.submits("sampah di pasar")
    town.hears(complaint, "opened.dlh.web")
    town.says(complaint, "agency.dlh.returned", reason="jalan kabupaten", suggest="dpupr")
    moved = town.hears(complaint, "moved.dlh.web", "agency.dlh")
    assert moved.data["to"] == "dpupr"
    assert moved.data["agency_name"] and moved.data["to_name"] and moved.data["respond_by"]
    routed = town.hears(complaint, "routed.dpupr.web", "agency.dpupr")
    assert routed.data["complaint"]["text"] == "sampah di pasar"
    assert routed.data["decision"]["hops"] == 1
    assert routed.data["decision"]["previous"] == ["dlh"]


def test_who_speaks_under_a_wrong_key_hears_so(town: Town) -> None:
    complaint = town.submits("sampah di taman kota")
    town.hears(complaint, "opened.dlh.web")
    town.says(complaint, "agency.DLH.acknowledged")

    def told() -> list[bytes]:
        town.outside.drain_all()
        heard = (
            m for m in town.outside.seen if (m.queue, m.key) == ("agency.dlh", "rejected.dlh.-")
        )
        return [message.body for message in heard if b'"bad-key"' in message.body]

    [body] = eventually(told)
    assert complaint.encode() not in body


def test_three_that_hand_it_round_leave_it_to_the_desk(town: Town) -> None:
    complaint = town.submits("sampah dibuang ke kali")
    town.hears(complaint, "opened.dlh.web")
    round_trip = (("dlh", "dpupr"), ("dpupr", "dishub"), ("dishub", "inspektorat"))
    for agency, next_one in round_trip:
        town.says(complaint, f"agency.{agency}.returned", reason="bukan kami", suggest=next_one)
        moved = town.hears(complaint, f"moved.{agency}.web", "channel.web")
    assert moved.data["to"] is None
    triaged = town.hears(complaint, "triaged.triage.web", "triage")
    assert triaged.data["decision"]["previous"] == ["dlh", "dpupr", "dishub"]
    town.says(complaint, "desk.sari.assigned", agency="desa-rias", note="milik desa")
    town.hears(complaint, "moved.triage.web", "channel.web")
    town.hears(complaint, "routed.desa-rias.web", "agency.desa-rias")


def test_an_update_that_comes_before_its_case_is_not_lost(town: Town) -> None:
    """RabbitMQ gives no order across exchanges."""
    id = uuid4().hex
    complaint = str(uuid5(NAMESPACE_URL, f"/channels/sms#{id}"))
    town.says(complaint, "agency.dlh.acknowledged")

    early = {"verb": "acknowledged", "outcome": "early"}
    eventually(lambda: town.metric("cases", "pintu_updates_total", **early) == 1)
    town.outside.publish("sms", b"sampah menumpuk", message_id=id)
    town.hears(complaint, "acknowledged.dlh.sms", "channel.sms")
    assert not [m for m in town.about(complaint) if m.queue == "parked"]


def test_the_same_update_twice_is_one(town: Town) -> None:
    complaint = town.submits("sampah menumpuk lagi")
    town.hears(complaint, "opened.dlh.web")
    id = town.says(complaint, "agency.dlh.responded", note="sedang diangkut")
    town.says(complaint, "agency.dlh.responded", id=id, note="sedang diangkut")
    town.says(complaint, "agency.dlh.resolved")
    town.hears(complaint, "resolved.dlh.web", "channel.web")
    said = [m.key for m in town.about(complaint, "channel.web")]
    assert said.count("responded.dlh.web") == 1


MISFITS = {
    "the wrong agency": ("agency.dpupr.resolved", {}, "not-your-case", "agency.dpupr"),
    "another channel": ("channel.sms.withdrawn", {}, "not-your-case", "channel.sms"),
    "an unknown verb": ("agency.dlh.eaten", {}, "unknown-verb", "agency.dlh"),
    "not its verb": ("agency.dlh.dismissed", {}, "wrong-speaker", "agency.dlh"),
    "no reason": ("agency.dlh.returned", {}, "bad-data", "agency.dlh"),
    "an unknown agency": ("desk.sari.assigned", {"agency": "nobody"}, "unknown-agency", None),
}


@pytest.mark.parametrize("name", MISFITS)
def test_an_update_that_does_not_fit_changes_nothing_and_is_answered(name: str, town: Town) -> None:
    key, data, reason, queue = MISFITS[name]
    complaint = town.submits(f"sampah: {name}")
    town.hears(complaint, "opened.dlh.web")
    id = town.says(complaint, key, **data)
    parked = eventually(lambda: [m for m in town.about(complaint, "parked")], saying="parked")
    assert [m.headers["parked-reason"] for m in parked] == [reason]
    if queue is not None:
        told = eventually(
            lambda: [m for m in town.about(complaint, queue) if m.key.startswith("rejected.")]
        )
        assert [m.data["reason"] for m in told] == [reason]
        assert told[0].data["of"]["id"] == id
    # It is as it was: the agency goes on as if nothing had been said.
    town.says(complaint, "agency.dlh.acknowledged")
    acknowledged = town.hears(complaint, "acknowledged.dlh.web", "channel.web")
    assert acknowledged.data["state"] == "acknowledged"
    rejected = [m for m in town.about(complaint) if m.key.startswith("rejected.")]
    assert len(rejected) == (queue is not None)


def test_a_closed_case_takes_nothing_more(town: Town) -> None:
    complaint = town.submits("sampah sudah tidak ada")
    town.hears(complaint, "opened.dlh.web")
    town.says(complaint, "desk.sari.dismissed", reason="laporan ganda")
    town.hears(complaint, "closed.dlh.web", "agency.dlh")
    town.says(complaint, "agency.dlh.responded")
    told = town.hears(complaint, "rejected.dlh.-", "agency.dlh")
    assert told.data["reason"] == "closed"


@pytest.mark.slow
def test_an_unknown_case_is_refused_after_a_while(town: Town) -> None:
    nobody = "5ad5b9ac-0000-5000-8000-00000000beef"
    town.says(nobody, "agency.dlh.responded")
    told = town.hears(nobody, "rejected.dlh.-", "agency.dlh", within=PATIENCE + 10)
    assert told.data["reason"] == "unknown-case"
    assert [m.headers["parked-reason"] for m in town.about(nobody, "parked")] == ["unknown-case"]


def test_what_cannot_be_read_is_parked_to_the_byte(town: Town) -> None:
    body = b'{"subject": "not one", \xff'
    before = town.metric("cases", "pintu_messages_parked_total", reason="not-utf8")
    town.outside.publish(
        "agency.dlh.responded", body, exchange="complaints.updates", message_id="broken-1"
    )
    parked = eventually(
        lambda: [m for m in town.about("", "parked") if m.body == body], saying="parked"
    )
    assert parked[0].headers["parked-from"] == "complaints.updates/agency.dlh.responded"

    def counted() -> bool:
        now = town.metric("cases", "pintu_messages_parked_total", reason="not-utf8")
        return now == before + 1

    eventually(counted)
    told = [m for m in town.about("broken-1", "agency.dlh") if m.key == "rejected.dlh.-"]
    assert json.loads(told[0].body)["data"]["reason"] == "not-utf8"


def test_the_metrics_are_those_of_the_contract(town: Town) -> None:
    cases = town.programs["cases"]
    page = cases.get("/metrics")[1]
    named = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")}
    assert named >= {
        "pintu_updates_total",
        "pintu_cases",
        "pintu_cases_overdue",
        "pintu_messages_parked_total",
        "pintu_broker_connected",
    }
    page = town.programs["escalations"].get("/metrics")[1]
    named = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")}
    assert named >= {"pintu_escalations_total", "pintu_escalation_lag_seconds"}
