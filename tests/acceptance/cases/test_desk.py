"""The desk, the counter and the reference agency, through the command line."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from broker.node import Node
from tests.acceptance.cases.case_town import Town, a_town
from tests.acceptance.cases.desk import Desk, opened
from tests.acceptance.outside import Message
from tests.acceptance.program import PINTU, TOWN, environment
from tests.support.eventually import PATIENCE, eventually
from tests.support.nodes import Management, in_vhost


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def town(rabbitmq: Node, state_folder: Path) -> Iterator[Town]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    with a_town(in_vhost(rabbitmq.url, vhost), state_folder) as town:
        yield town
    management.delete_vhost(vhost)


@pytest.fixture(scope="module")
def settings(town: Town, state_folder: Path) -> dict[str, str]:
    return {
        "AMQP_URL": town.outside.url,
        "STATE_DIR": str(state_folder),
        "CONFIG_DIR": str(TOWN),
    }


@contextmanager
def an_agency(settings: dict[str, str], *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`pintu agency …`, told to leave at the end, which it does well."""
    process = subprocess.Popen(
        [PINTU, "agency", *words],
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
        process.terminate()
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors, errors.decode()
    finally:
        process.kill()
        process.wait()


def reporter_hears(town: Town, complaint: str, key: str) -> Message:
    """Reads the channel's queue alone: what is in the agency's is the agency's."""

    def found() -> Message | None:
        town.outside.drain("channel.sms")
        said = [m for m in town.outside.seen if m.queue == "channel.sms" and m.key == key]
        return next((m for m in said if m.data["complaint_id"] == complaint), None)

    return eventually(found, saying=f"{key} of {complaint}")


def test_an_agency_that_answers_is_heard_by_the_reporter(
    town: Town, settings: dict[str, str]
) -> None:
    words = ("--answers", "1", "--returns", "0", "--silent", "0", "--speed", "20")
    complaint = town.submits("jalan rusak parah", "sms")
    with an_agency(settings, "dpupr", "--simulate", *words):
        for verb in ("acknowledged", "responded", "resolved"):
            told = reporter_hears(town, complaint, f"{verb}.dpupr.sms")
            assert told.data["by"] == "agency.dpupr"
            assert told.data["note"]


def test_an_agency_that_returns_does_not_answer(town: Town, settings: dict[str, str]) -> None:
    words = ("--answers", "0", "--returns", "1", "--silent", "0", "--speed", "20")
    complaint = town.submits("lampu jalan mati", "sms")
    with an_agency(settings, "dishub", "--simulate", *words):
        moved = reporter_hears(town, complaint, "moved.dishub.sms")
    assert moved.data["reason"]
    assert not [m for m in town.about(complaint) if m.key.startswith("responded.")]


def test_an_agency_that_knows_whose_it_is_says_so(town: Town, settings: dict[str, str]) -> None:
    words = ("--answers", "0", "--returns", "1", "--suggest", "dlh", "--silent", "0")
    complaint = town.submits("lampu jalan mati", "sms")
    with an_agency(settings, "dishub", "--simulate", "--speed", "20", *words):
        moved = reporter_hears(town, complaint, "moved.dishub.sms")
    assert moved.data["to"] == "dlh"


@pytest.fixture(scope="module")
def desk(settings: dict[str, str]) -> Desk:
    return Desk(settings)


def test_a_case_is_found_however_its_code_is_typed(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "jalan rusak di simpang empat", "dpupr")
    town.says(complaint, "agency.dpupr.responded", note="kami tinjau")
    town.hears(complaint, "responded.dpupr.web")
    page = desk.prints("case", "show", f"  {tracking.replace('-', ' ').lower()} ")
    assert desk.prints("case", "show", complaint) == page
    assert "RESPONDED" in page
    assert "jalan rusak di simpang empat" in page
    assert "resolution by" in page and "14 working days left" in page
    assert "stopped in time" in page
    assert "agency.dpupr" in page
    assert "breach of resolution, to the head" in page


def test_a_code_that_is_nobodys_is_said_to_be(desk: Desk) -> None:
    nobody = "5ad5b9ac-0000-5000-8000-00000000beef"
    done = desk.does("case", "show", nobody)
    assert done.returncode == 1
    assert f"no case {nobody}" in done.stderr.decode()
    mistyped = desk.does("case", "show", "AAAA-BBBB-CCCC")
    assert mistyped.returncode == 1
    assert b"nor a tracking code" in mistyped.stderr


def test_a_confidential_text_is_shown_as_such(town: Town, desk: Desk) -> None:
    event = {"text": "pungli di loket", "confidential": True}
    town.outside.publish("web", json.dumps(event).encode(), message_id="rahasia-1")
    complaint = str(uuid5(NAMESPACE_URL, "/channels/web#rahasia-1"))
    town.hears(complaint, "opened.inspektorat.web")
    page = desk.prints("case", "show", complaint)
    assert "CONFIDENTIAL" in page and "pungli di loket" in page
    listed = desk.does("case", "list", "--json").stdout.decode()
    assert complaint in listed and "loket" not in listed


def test_the_list_is_tab_separated_and_filtered(town: Town, desk: Desk) -> None:
    ours, tracking = opened(town, "jalan berlubang di pasar", "dpupr")
    other, _ = opened(town, "sampah menumpuk di pasar", "dlh")
    rows = [line.split("\t") for line in desk.prints("case", "list").splitlines()]
    assert {ours, other} <= {row[-1] for row in rows}
    filtered = desk.prints("case", "list", "--agency", "dpupr")
    rows = [line.split("\t") for line in filtered.splitlines()]
    mine = next(row for row in rows if row[-1] == ours)
    assert mine[:5] == [tracking, "routed", "dpupr", "web", "response"]
    assert mine[6] == "5 working days left"
    assert other not in {row[-1] for row in rows}
    assert ours not in desk.prints("case", "list", "--overdue")
    assert ours not in desk.prints("case", "list", "--state", "triage")
    wrong = desk.does("case", "list", "--agency", "dpuprr")
    assert wrong.returncode == 2 and b"dpupr" in wrong.stderr


def test_the_desk_sends_a_complaint_on_and_hears_the_new_deadlines(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "mohon bantuan pak", "triage")
    waiting = [line.split("\t") for line in desk.prints("triage", "list").splitlines()]
    mine = next(row for row in waiting if row[-1] == complaint)
    assert mine[0] == tracking and mine[3] == "3 working days left"
    printed = desk.prints(
        "triage", "assign", tracking, "desa-rias", "--note", "milik desa", "--as", "sari"
    )
    assert "desa-rias" in printed and "response by" in printed and "5 working days left" in printed
    moved = town.hears(complaint, "moved.triage.web", "channel.web")
    assert (moved.data["to"], moved.data["by"]) == ("desa-rias", "desk")
    routed = town.hears(complaint, "routed.desa-rias.web", "agency.desa-rias")
    assert "milik desa" in routed.data["decision"]["because"]
    assert complaint not in desk.prints("triage", "list")


def test_an_agency_that_there_is_not_is_never_sent(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "tolong pak camat", "triage")
    done = desk.does("triage", "assign", tracking, "dishup")
    assert done.returncode == 2
    assert b"dishub" in done.stderr
    assert desk.case(complaint)["state"] == "triage"


def test_what_is_refused_is_told_with_the_reason(town: Town, desk: Desk) -> None:
    """The desk's configuration has an agency that the town's has not."""
    complaint, tracking = opened(town, "ada yang bisa bantu", "triage")
    done = desk.does("triage", "assign", tracking, "dkukmindag", CONFIG_DIR="")
    assert done.returncode == 1, done.stderr.decode()
    assert b"refused (unknown-agency)" in done.stderr
    assert desk.case(complaint)["state"] == "triage"


def test_what_is_not_handled_yet_is_not_called_done(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "halo selamat pagi", "triage")
    # It was told before it was written, and the case consumer must not stand still in between.
    eventually(lambda: desk.does("case", "show", tracking).returncode == 0)
    cases = town.programs["cases"].process
    os.kill(cases.pid, signal.SIGSTOP)
    try:
        done = desk.does("triage", "dismiss", tracking, "ganda", "--wait", "1")
    finally:
        os.kill(cases.pid, signal.SIGCONT)
    assert done.returncode == 0
    assert b"not handled yet" in done.stderr and not done.stdout
    closed = town.hears(complaint, "closed.triage.web", "channel.web")
    assert closed.data["reason"] == "ganda"
    again = desk.does("triage", "dismiss", tracking, "--reason", "ganda")
    assert again.returncode == 1 and b"closed" in again.stderr
    assert desk.case(tracking)["complaint"]["text"]  # kept for closed_text_days


def test_a_complaint_is_sent_again_to_a_queue_that_was_purged(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "sampah di taman kota", "dlh")
    first = town.hears(complaint, "routed.dlh.web", "agency.dlh")
    printed = desk.prints("case", "resend", tracking)
    assert "agency.dlh" in printed

    def again() -> bool:
        said = [m for m in town.about(complaint, "agency.dlh") if m.key == "routed.dlh.web"]
        return [m.event["id"] for m in said] == [first.event["id"]] * 2

    eventually(again, saying="the same event twice")
    assert len(desk.case(complaint)["history"]) == 1


def test_watching_an_agency_takes_nothing_from_it(town: Town, settings: dict[str, str]) -> None:
    with an_agency(settings, "dlh", "--json") as watching:
        assert watching.stderr and watching.stdout
        assert b"agency.dlh" in watching.stderr.readline()
        complaint = town.submits("sampah di depan sekolah")
        event = json.loads(watching.stdout.readline())
        assert (event["type"], event["subject"]) == ("complaint.routed.v1", complaint)
    town.hears(complaint, "routed.dlh.web", "agency.dlh")


def test_the_desk_asks_and_sees_the_answer(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "tolong dibantu ya", "triage")
    assert "held" in desk.prints("triage", "ask", tracking, "Tentang apa, dan di mana?")
    told = town.hears(complaint, "held.triage.web", "channel.web")
    assert told.data["note"] == "Tentang apa, dan di mana?"
    lines = desk.sees("triage", "list", columns=80)
    [facts] = [line for line in lines if line.startswith(tracking)]
    assert "asked" in facts and max(map(len, lines)) <= 80
    town.says(complaint, "channel.web.replied", note="Tidak tahu persis, bu.")
    town.hears(complaint, "replied.triage.web", "channel.web")
    eventually(lambda: desk.case(tracking)["state"] == "triage", saying="it is decided anew")
    lines = desk.sees("triage", "list", columns=80)
    [place] = [n for n, line in enumerate(lines) if line.startswith(tracking)]
    assert "reporter: Tidak tahu persis, bu." in lines[place + 1]
    said = desk.case(tracking)["conversation"]
    assert [(one["by"], one["note"]) for one in said] == [
        ("desk", "Tentang apa, dan di mana?"),
        ("channel.web", "Tidak tahu persis, bu."),
    ]
    page = desk.prints("case", "show", tracking)
    assert "reporter (web)" in page and "Tidak tahu persis, bu." in page


def test_cases_are_found_by_words_and_handed_over(town: Town, desk: Desk) -> None:
    complaint, tracking = opened(town, "jalan rusak di kampung mangrove", "dpupr")
    found = desk.prints("case", "list", "--text", "Kampung MANGROVE", "--since", "1h")
    assert [row.split("\t")[0] for row in found.splitlines()] == [tracking]
    tried = desk.prints("case", "move", "--from", "dpupr", "--to", "dlh", "--dry-run")
    assert "go   " in tried and "routed" in tried
    assert desk.does("case", "move", "--from", "dpupr", "--to", "dlh").returncode == 2
    moved = json.loads(
        desk.prints("case", "move", "--from", "DPUPR", "--to", "dlh", "--yes", "--json")
    )
    assert moved["sent"] == moved["taken_in"] == moved["go"] > 0
    assert desk.prints("case", "list", "--agency", "dpupr", "--state", "routed") == ""
    first = town.hears(complaint, "routed.dlh.web", "agency.dlh")
    sent = json.loads(
        desk.prints("case", "resend", "--agency", "dlh", "--since", "1h", "--yes", "--json")
    )
    assert sent["sent"] >= moved["sent"]

    def again() -> bool:
        said = [m for m in town.about(complaint, "agency.dlh") if m.key == "routed.dlh.web"]
        return [m.event["id"] for m in said] == [first.event["id"]] * 2

    eventually(again, saying="the same event twice")
