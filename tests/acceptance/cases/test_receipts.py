"""Receipts on RabbitMQ, through the quorum queue of the cases, whoever is killed in between."""

import base64
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from broker.node import Node
from schemas.identifiers import tracking
from tests.acceptance.cases.asking import Asking
from tests.acceptance.cases.case_town import Town, a_town
from tests.acceptance.cases.desk import Desk, opened
from tests.acceptance.program import TOWN, Program
from tests.support.nodes import Management

MANY = 1_000
KILLS = 3


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def town(town_url: str, state_folder: Path) -> Iterator[Town]:
    with a_town(town_url, state_folder) as town:
        yield town


@pytest.fixture
def asking(town: Town) -> Iterator[Asking]:
    asking = Asking(town.outside.url)
    yield asking
    asking.leave()


@pytest.fixture(scope="module")
def desk(town: Town, state_folder: Path) -> Desk:
    return Desk(
        {
            "AMQP_URL": town.outside.url,
            "STATE_DIR": str(state_folder),
            "CONFIG_DIR": str(TOWN),
        }
    )


def test_a_thousand_updates_are_each_answered_once(town: Town, asking: Asking) -> None:
    complaint, tracking = opened(town, "jalan rusak di simpang lima", "dpupr")
    ids = [asking.send(complaint, "channel.web.replied", note=str(n)) for n in range(MANY // 2)]
    ids += [asking.send(complaint, "channel.sms.withdrawn") for _ in range(MANY // 2)]
    receipts = asking.hears(*ids)
    assert Counter(one["outcome"] for one in receipts[: MANY // 2]).keys() <= {
        "accepted",
        "unchanged",
    }
    assert {one["state"] for one in receipts[: MANY // 2]} == {"routed"}
    assert {one["tracking"] for one in receipts[: MANY // 2]} == {tracking}
    assert {(one["reason"], one["state"]) for one in receipts[MANY // 2 :]} == {
        ("not-your-case", None)
    }
    # One more, behind all of them: whatever came twice has come by then.
    asking.asks(complaint, "agency.dpupr.acknowledged")
    assert set(Counter(id for id, _ in asking.receipts).values()) == {1}


def test_a_late_answer_harms_nobody(town: Town, asking: Asking) -> None:
    complaint, _ = opened(town, "jalan rusak di simpang enam", "dpupr")
    cases = town.programs["cases"]
    impatient = Asking(town.outside.url)
    os.kill(cases.process.pid, signal.SIGSTOP)
    try:
        impatient.send(complaint, "agency.dpupr.acknowledged")
        impatient.leave()
    finally:
        os.kill(cases.process.pid, signal.SIGCONT)
    receipt = asking.asks(complaint, "agency.dpupr.responded")
    assert (receipt["outcome"], receipt["state"]) == ("accepted", "responded")
    assert [line for line in cases.log() if line["event"] == "receipts.lost"] == []


def test_an_update_by_tracking_code_may_come_before_its_case(town: Town, asking: Asking) -> None:
    id = uuid4().hex
    complaint = uuid5(NAMESPACE_URL, f"/channels/web#{id}")
    code = tracking(complaint).replace("-", "").lower()
    asked = asking.send(code, "agency.dpupr.acknowledged")
    [waits] = asking.hears(asked)
    assert (waits["outcome"], waits["state"]) == ("waiting", None)
    text = b"jalan rusak di simpang sembilan"
    town.outside.publish("web", text, message_id=id, content_type="text/plain")
    [then] = asking.hears(asked, times=2)
    assert (then["outcome"], then["state"]) == ("accepted", "acknowledged")
    assert then["complaint_id"] == str(complaint)


def test_names_that_nobody_has_made_hold_up_no_update_and_no_receipt(
    town: Town, asking: Asking
) -> None:
    complaint, _ = opened(town, "jalan rusak di simpang tujuh", "dpupr")
    cases = town.programs["cases"]
    before = Counter(line["event"] for line in cases.log())
    ids = []
    for number in range(20):
        # As RabbitMQ makes them, for a node that there is not: 3.10 fails on it.
        process = b"\x83Xv\x00\x0ereply@%08d" % (10_000_000 + number) + bytes(12)
        name = f"amq.rabbitmq.reply-to.{base64.b64encode(process).decode()}.eHh4eHh4eHg="
        asking.send(complaint, "channel.web.replied", reply_to=name)
        for queue in ("router.intake", "agency.dlh", "amq.rabbitmq.reply-to.!!!.x"):
            asking.send(complaint, "channel.web.replied", reply_to=queue)
        ids.append(asking.send(complaint, "channel.web.replied"))
    last = asking.asks(complaint, "agency.dpupr.acknowledged")
    assert {one["state"] for one in asking.hears(*ids)} == {"routed"}
    assert (last["outcome"], last["state"]) == ("accepted", "acknowledged")
    after = Counter(line["event"] for line in cases.log())
    for event in ("broker.unavailable", "consumer.started", "cases.failed", "consumer.failed"):
        assert after[event] == before[event]


def test_a_case_consumer_that_is_killed_answers_when_it_is_back(
    amqp_url: str, tmp_path: Path
) -> None:
    with a_town(amqp_url, tmp_path) as town:
        asking = Asking(amqp_url)
        complaint, _ = opened(town, "jalan rusak di simpang delapan", "dpupr")
        ids: list[str] = []
        for kill in range(KILLS):
            cases = town.programs["cases"].process
            if kill % 2 == 0:
                os.kill(cases.pid, signal.SIGSTOP)  # it has none of them
            ids += [
                asking.send(complaint, "channel.web.replied", id=f"{kill}-{n}") for n in range(100)
            ]
            if kill % 2:
                asking.hears(ids[-100])  # it is amid them
            cases.kill()
            cases.wait()
            town.programs["cases"] = Program("cases", amqp_url, tmp_path)
            # What was recorded and not answered is asked again, and is a repeat.
            missing = [id for id in ids if id not in dict(asking.receipts)]
            asking.hears(asking.send(complaint, "channel.web.replied", id=f"last-{kill}"))
            missing = [id for id in missing if id not in dict(asking.receipts)]
            for id in missing:
                asking.send(complaint, "channel.web.replied", id=id)
            receipts = asking.hears(*ids)
            outcomes = Counter(one["outcome"] for one in receipts)
            assert outcomes.keys() <= {"accepted", "unchanged", "repeated"}
            print(f"\nkill {kill}: {dict(outcomes)}, {len(missing)} asked again")
        asking.leave()


def test_a_desk_that_may_do_nothing_but_publish_hears_what_became_of_it(
    town: Town, desk: Desk, rabbitmq: Node
) -> None:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = town.outside.url.rsplit("/", 1)[1]
    user = {"password": "secret", "tags": ""}
    management.call("PUT", "/users/desk-only", user)
    only = {"configure": "^$", "read": "^$", "write": "^complaints\\.updates$"}
    management.call("PUT", f"/permissions/{vhost}/desk-only", only)
    host = town.outside.url.split("@", 1)[1]
    url = f"amqp://desk-only:secret@{host}"
    complaint, tracking = opened(town, "mohon bantuan pak lurah", "triage")
    try:
        done = desk.does("triage", "assign", tracking, "dkukmindag", CONFIG_DIR="", AMQP_URL=url)
        assert b"refused (unknown-agency)" in done.stderr, done.stderr.decode()
        assert done.returncode == 1
        done = desk.does("triage", "assign", tracking, "dlh", AMQP_URL=url)
        assert done.returncode == 0, done.stderr.decode()
        assert b"assigned" in done.stdout
    finally:
        management.call("DELETE", "/users/desk-only")
    assert desk.case(complaint)["agency"] == "dlh"
