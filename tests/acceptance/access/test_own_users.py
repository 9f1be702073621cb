"""Every part, adapter, agency and person works with the user that it was given, and no other."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from yarl import URL

from broker.messaging.access import is_ours
from broker.node import Node
from tests.acceptance.cases.case_town import PARTS, Town
from tests.acceptance.gateway.http import door_of
from tests.acceptance.outside import Message, Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import eventually
from tests.support.nodes import Management, in_vhost
from tests.support.receiver import Receiver
from tests.support.smtp import free_port, mail_server

_SPEED: Final = "300000"
"""A working day passes within a second: rungs fire while one waits."""
_PARTS: Final = (*PARTS, "gateway", "webhooks", "mail")
_CONTACTS: Final = """
[[contact]]
role = "secretary"
address = "sekda@basel.test"
"""


class OwnUsers:
    """A town in which `pintu access export --apply` was the administrator's only act."""

    def __init__(self, node: Node, vhost: str, folder: Path, mail_port: int) -> None:
        assert node.management_url
        self.admin = in_vhost(node.url, vhost)
        self.management = node.management_url
        self.folder = folder
        shutil.copytree(TOWN, folder / "town")
        (folder / "town" / "contacts.toml").write_text(_CONTACTS)
        self.settings = {
            "STATE_DIR": str(folder / "state"),
            "CONFIG_DIR": str(folder / "town"),
            "CLOCK_SPEED": _SPEED,
            "LOG_FORMAT": "json",
            "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
            "MAIL_SENDER": "lapor@basel.test",
            "GATEWAY_URL": "https://lapor.basel.test",
        }

    def url(self, user: str) -> str:
        return (self.folder / "access" / "secrets" / user).read_text().strip()

    def of(self, user: str) -> dict[str, str]:
        """The settings of whoever has that user; the management API lets in whom it may."""
        plain = URL(self.management).with_user(None).with_password(None)
        return {**self.settings, "AMQP_URL": self.url(user), "MANAGEMENT_URL": str(plain)}

    def does(self, user: str, *words: str, given: bytes = b"") -> str:
        done = pintu(*words, settings=self.of(user), given=given)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture(scope="module")
def users(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnUsers]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    port = free_port()
    town = OwnUsers(rabbitmq, vhost, tmp_path_factory.mktemp("own"), port)
    folder = str(town.folder / "access")
    settings = {**town.settings, "AMQP_URL": town.admin, "MANAGEMENT_URL": town.management}
    done = pintu("access", "export", "--apply", "--dir", folder, settings=settings)
    assert done.returncode == 0, done.stderr.decode()
    with mail_server(port):
        yield town
    management.delete_vhost(vhost)
    for user in management.call("GET", "/users"):
        if is_ours(user["name"]):
            management.call("DELETE", f"/users/{user['name']}")


@pytest.fixture(scope="module")
def programs(users: OwnUsers) -> Iterator[dict[str, Program]]:
    """An operator declares the topology; each part is ready with its own user."""
    assert "(17 new)" in (said := users.does("operator", "topology", "apply")), said
    with ExitStack() as stack, ThreadPoolExecutor() as side_by_side:
        programs = dict(zip(_PARTS, side_by_side.map(partial(started, users), _PARTS), strict=True))
        for program in programs.values():
            stack.callback(program.kill)
        yield programs
        for program in programs.values():
            program.stop()


def started(users: OwnUsers, part: str) -> Program:
    own = users.of(part)
    return Program(part, own.pop("AMQP_URL"), Path(own.pop("STATE_DIR")), **own)


@pytest.fixture(scope="module")
def web(users: OwnUsers, programs: dict[str, Program]) -> Iterator[Town]:
    """The adapter of the channel web."""
    outside = Outside(users.url("channel.web"))
    yield Town(outside, programs)
    outside.close()


@pytest.fixture(scope="module")
def dlh(users: OwnUsers, programs: dict[str, Program]) -> Iterator[Town]:
    """The system of the agency dlh."""
    outside = Outside(users.url("agency.dlh"))
    yield Town(outside, programs)
    outside.close()


@pytest.fixture(scope="module")
def complaint(users: OwnUsers, web: Town, dlh: Town) -> str:
    """One that is in the store."""
    complaint = web.submits("sampah di tangan yang salah")
    taken(dlh, "agency.dlh", complaint, "routed")
    eventually(lambda: case(users, complaint))
    return complaint


def taken(client: Town, queue: str, complaint: str, verb: str) -> Message:
    """What the client's own queue brings of a complaint."""

    def found() -> Message | None:
        client.outside.drain(queue)
        about = [m for m in client.outside.seen if complaint.encode() in m.body]
        return next((m for m in about if m.key.startswith(f"{verb}.")), None)

    return eventually(found, saying=f"{verb} of {complaint} in {queue}")


def parked(users: OwnUsers) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(users.does("operator", "parked", "list", "--json"))
    return found


def case(users: OwnUsers, complaint: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(users.does("desk", "case", "show", complaint, "--json"))
    return found


def test_a_complaint_goes_from_the_adapter_to_the_agency_and_back(web: Town, dlh: Town) -> None:
    complaint = web.submits("sampah menumpuk di pasar")
    routed = taken(dlh, "agency.dlh", complaint, "routed")
    assert routed.data["agency"] == "dlh"
    taken(web, "channel.web", complaint, "opened")
    dlh.says(complaint, "agency.dlh.resolved", note="Sudah diangkut.")
    assert taken(web, "channel.web", complaint, "resolved").data["note"] == "Sudah diangkut."
    web.says(complaint, "channel.web.accepted", rating=5)
    taken(web, "channel.web", complaint, "closed")


def test_a_portal_speaks_through_the_gateway(dlh: Town, programs: dict[str, Program]) -> None:
    """Over HTTP; RabbitMQ knows the gateway alone."""
    door = door_of(programs["gateway"])
    filed = door.files("sampah lewat portal")
    taken(dlh, "agency.dlh", filed["complaint_id"], "routed")
    door.until(filed, "routed", "overdue")
    here = f"/v1/complaints/{filed['tracking']}"
    replied = door.call("POST", f"{here}/replied", {"note": "masih ada"}, key="web")
    assert replied.json["outcome"] in ("accepted", "unchanged"), "the receipt came to it"
    case_of = f"/v1/agencies/dlh/cases/{filed['tracking']}"
    done = door.call("POST", f"{case_of}/resolved", {"note": "diangkut"}, key="agency:dlh")
    assert (done.status, done.json["state"]) == (200, "resolved")


def test_an_agency_hears_by_webhook(users: OwnUsers, web: Town) -> None:
    with Receiver() as receiver:
        users.does("operator", "webhook", "add", "agency.dpupr", receiver.url)
        complaint = web.submits("jalan rusak parah")
        eventually(lambda: [got for got in receiver.got if complaint.encode() in got.body])
        users.does("operator", "webhook", "remove", "agency.dpupr", "--give-back")


def test_a_complaint_without_an_id_is_given_one(web: Town, dlh: Town) -> None:
    """The router puts it on the intake once more."""
    web.outside.publish("web", b"sampah tanpa nomor", content_type="text/plain")
    taken(dlh, "agency.dlh", "sampah tanpa nomor", "routed")


def test_what_falls_due_is_told_by_the_escalations(
    users: OwnUsers, web: Town, dlh: Town, programs: dict[str, Program]
) -> None:
    complaint = web.submits("sampah belum diangkut juga")
    assert taken(dlh, "agency.dlh", complaint, "escalated").data["rung"]
    taken(web, "channel.web", complaint, "overdue")
    notifier = Town(Outside(users.url("notifier")), programs)
    taken(notifier, "escalations", complaint, "escalated")
    notifier.outside.close()


def test_the_desk_answers_at_once_with_its_own_user(users: OwnUsers, web: Town, dlh: Town) -> None:
    complaint = web.submits("mohon bantuan pak lurah")
    eventually(lambda: complaint in users.does("desk", "triage", "list", "--json"))
    done = users.does("desk", "triage", "assign", complaint, "dlh", "--as", "sri")
    assert "assigned" in done
    assert taken(dlh, "agency.dlh", complaint, "routed").data["decision"]
    assert case(users, complaint)["agency"] == "dlh"


def test_an_operator_looks_at_replays_and_discards_what_is_parked(
    users: OwnUsers, web: Town
) -> None:
    web.outside.publish("web", b"", message_id="tanpa-teks")
    first = eventually(lambda: parked(users))
    assert [each["reason"] for each in first] == ["no-text"]
    users.does("operator", "parked", "replay", "--all")
    [again] = eventually(lambda: parked(users), saying="it is parked once more")
    users.does("operator", "parked", "discard", again["id"], "--reason", "kosong")
    assert parked(users) == []


def test_an_operator_sends_a_complaint_again(users: OwnUsers, web: Town, dlh: Town) -> None:
    complaint = web.submits("sampah hilang dari antrean")
    first = taken(dlh, "agency.dlh", complaint, "routed")
    eventually(lambda: case(users, complaint))
    dlh.outside.seen.clear()
    users.does("operator", "case", "resend", complaint)
    assert taken(dlh, "agency.dlh", complaint, "routed").event["id"] == first.event["id"]


def test_files_are_published_with_the_user_of_the_channel(
    users: OwnUsers, web: Town, dlh: Town
) -> None:
    rows = b"id,text\nberkas-1,sampah dari berkas\n"
    users.does("channel.web", "publish", "-", "--format", "csv", "--channel", "web", given=rows)
    taken(dlh, "agency.dlh", "sampah dari berkas", "routed")


def test_another_channel_is_refused_to_a_file_with_a_sentence(
    users: OwnUsers, programs: dict[str, Program]
) -> None:
    words = ["publish", "-", "--format", "csv", "--channel", "sms"]
    done = pintu(*words, settings=users.of("channel.web"), given=b"id,text\n1,sampah\n")
    assert done.returncode == 77, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert b"may not publish" in done.stderr


@pytest.mark.parametrize(
    ("user", "words", "says"),
    [
        ("desk", "parked list", "queue parked"),
        ("channel.web", "parked replay --all", "queue parked"),
        ("agency.dlh", "agency dishub --simulate", "agency.dishub"),
        ("agency.dlh", "agency dlh", "may not listen"),
        ("agency.dlh", "triage assign {case} dishub --as sri", "complaints.updates"),
        ("auditor", "triage dismiss {case} --reason x", "complaints.updates"),
        ("desk", "case resend {case}", "complaints.events"),
    ],
)
def test_a_command_with_the_wrong_user_says_what_was_refused(
    users: OwnUsers, complaint: str, user: str, words: str, says: str
) -> None:
    """Trying again does not help: the code is the one for that."""
    done = pintu(*words.format(case=complaint).split(), settings=users.of(user))
    told = done.stderr.decode()
    assert done.returncode == 77, told
    assert says in told.splitlines()[-1]
    assert "Traceback" not in told


def test_the_monitor_sees_that_the_topology_is_whole(
    users: OwnUsers, programs: dict[str, Program]
) -> None:
    assert users.does("monitor", "topology", "verify").startswith("ok:")


def test_no_part_was_refused_anything(programs: dict[str, Program]) -> None:
    """After all of the above."""
    for program in programs.values():
        assert program.get("/readyz")[0] == 200
        told = [line for line in program.log() if line["level"] not in ("info", "debug")]
        assert [line for line in told if line["event"] != "clock.fast"] == [], program.name


def test_an_agency_whose_queue_is_gone_waits_for_an_operator(
    users: OwnUsers, web: Town, dlh: Town, programs: dict[str, Program]
) -> None:
    """No part may declare, for who may declare may delete: each says what is missing."""
    management = Management(users.management)
    vhost = users.admin.rsplit("/", 1)[1]
    management.call("DELETE", f"/queues/{vhost}/agency.pln")
    router = programs["router"]
    eventually(lambda: "queue agency.pln: does not exist" in router.get("/readyz")[1])
    assert "pintu topology apply" in router.get("/readyz")[1]
    users.does("operator", "topology", "apply")
    eventually(router.started)
    complaint = web.submits("sampah setelah antrean kembali")
    taken(dlh, "agency.dlh", complaint, "routed")
