"""Any door, any agency: four reporters come in by a form, JSON, Open311 and AMQP; their agencies
hear by webhook, mail and queue, and answer; each reporter finds the answer."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from broker.node import Node
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.gateway.test_open311 import FixMyStreet
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import eventually
from tests.support.receiver import Got, Receiver
from tests.support.smtp import Post, free_port, mail_server

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "id"}
ROADS = "jalan@dpupr.basel.test"
CONTACTS = f"""
[[agency]]
code = "dpupr"
queue = true

[[contact]]
role = "agency"
agency = "dpupr"
address = "{ROADS}"
"""


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    port = free_port()
    with mail_server(port) as found:
        found.port = port
        yield found


@pytest.fixture(scope="module")
def door(
    gateway_url: str, rabbitmq: Node, post: Post, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """All parts in one process; dpupr has nothing but mail."""
    folder: Path = tmp_path_factory.mktemp("any-door")
    shutil.copytree(TOWN, folder / "town")
    (folder / "town" / "contacts.toml").write_text(CONTACTS)
    program = Program(
        "all",
        gateway_url,
        folder / "state",
        MANAGEMENT_URL=rabbitmq.management_url or "",
        CONFIG_DIR=str(folder / "town"),
        SMTP_URL=f"smtp://127.0.0.1:{post.port}?rate=6000",
        MAIL_SENDER="lapor@basel.test",
    )
    yield door_of(program)
    program.stop()


def test_each_reporter_finds_the_answer(door: Door, gateway_url: str, post: Post) -> None:
    outside = Outside(gateway_url)
    fms = FixMyStreet(door)
    with Receiver() as receiver:
        hooked = pintu(
            "webhook", "add", "agency.dlh", receiver.url,
            settings=door.settings | {"AMQP_URL": gateway_url},
        )  # fmt: skip
        secret = hooked.stdout.decode().strip()
        code, pin = _files_by_form(door, "jalan rusak parah di desa")
        lamp = door.files("lampu jalan mati sejak kemarin")["tracking"]
        waste = fms.sends(uuid4().hex[:9], "sampah menumpuk")
        bot = uuid4().hex
        outside.publish("sms", json.dumps({"text": "ada pungli"}).encode(), message_id=bot)

        hooked_events = eventually(lambda: _about(receiver, waste), saying="dlh hears by webhook")
        hooked_events[0].verify(secret)
        answered = door.call(
            "POST",
            f"/v1/agencies/dlh/cases/{waste}/resolved",
            {"note": "sampah diangkut"},
            key="agency:dlh",
        )
        assert answered.status == 200, answer_of(answered.body)
        _answers_by_mail(door, post, code, "jalan ditambal")
        for agency, words in (("dishub", "lampu diganti"), ("inspektorat", "sudah diperiksa")):
            (heard,) = outside.take(f"agency.{agency}", 1)
            _says(outside, agency, heard.data["complaint_id"], words)

    def by_form() -> bool:
        page = door.call("POST", "/lacak", raw=_form(code=code, pin=pin), headers=FORM)
        return "jalan ditambal" in page.body.decode()

    def by_json() -> bool:
        notes = door.call("GET", f"/v1/complaints/{lamp}", key="web").json["notes"]
        return bool(notes) and notes[-1]["note"] == "lampu diganti"

    eventually(by_form, saying="the citizen reads it by code and pin")
    eventually(by_json, saying="the portal reads it")
    eventually(lambda: ("FIXED", "sampah diangkut") in fms.updates(waste), saying="FixMyStreet")
    told = list[str]()

    def by_amqp() -> bool:
        told.extend(
            str(one.data.get("note"))
            for one in outside.drain("channel.sms")
            if one.event["type"] == "complaint.resolved.v1"
        )
        return told == ["sudah diperiksa"]

    eventually(by_amqp, saying="the bot reads it from its queue")
    outside.close()


def answer_of(body: bytes) -> str:
    return body.decode(errors="replace")


def _about(receiver: Receiver, tracking: str) -> list[Got]:
    return [got for got in receiver.got if got.event["data"].get("tracking") == tracking]


def _files_by_form(door: Door, text: str) -> tuple[str, str]:
    answer = door.call("POST", "/lapor", raw=_form(text=text, anonymous="1"), headers=FORM)
    assert answer.status == 200, answer_of(answer.body)
    kept = dict(re.findall(r'<dd id="(code|pin)">([^<]+)</dd>', answer.body.decode()))
    return kept["code"], kept["pin"]


def _answers_by_mail(door: Door, post: Post, tracking: str, words: str) -> None:
    """By the link in the mail, on the page that it opens."""
    letter = eventually(
        lambda: next((one for one in post.to(ROADS) if tracking in one.text), None),
        saying="dpupr hears by mail",
    )
    path = urlsplit(letter.links[0]).path

    def hidden() -> dict[str, str]:
        page = door.call("GET", path).body.decode()
        form = page.partition(f"{path}/resolved")[2].partition("</form>")[0]
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))

    sent = eventually(hidden, saying="its page shows the form") | {"note": words}
    answer = door.call("POST", f"{path}/resolved", raw=_form(**sent), headers=FORM)
    assert answer.status == 200, answer_of(answer.body)


def _says(outside: Outside, agency: str, complaint: str, words: str) -> None:
    update = {
        "specversion": "1.0",
        "id": uuid4().hex,
        "source": f"/agency/{agency}",
        "type": "complaint.resolved.v1",
        "subject": complaint,
        "time": "2026-01-31T08:00:00+07:00",
        "data": {"note": words},
    }
    outside.publish(
        f"agency.{agency}.resolved",
        json.dumps(update).encode(),
        exchange="complaints.updates",
        content_type="application/cloudevents+json",
        message_id=update["id"],
    )


def _form(**fields: str) -> bytes:
    return urlencode(fields).encode()
