"""Pictures of citizens reach the agency, come back to who has the pin, and go when they must."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from broker.node import Node
from tests.acceptance.gateway.files import given, picture, sent
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.program import Program, pintu
from tests.support.eventually import eventually


def test_the_whole_story_of_a_picture(door: Door, gateway_url: str) -> None:
    filed = sent(door, "/v1/complaints", [picture()], {"text": "sampah", "anonymous": True}, "web")
    assert filed.status == 202, filed.body
    complaint = filed.json
    door.until(complaint, "routed")
    case = f"/v1/agencies/dlh/cases/{complaint['tracking']}"
    seen = door.call("GET", case, key="agency:dlh").json["complaint"]["attachments"]
    assert [(one["media_type"], one["sensitive"]) for one in seen] == [("image/jpeg", True)]
    assert seen[0]["url"].startswith(door.address)
    answer = given(door, seen[0]["url"])
    assert (
        answer.status == 200
        and b"camera" not in answer.body
        and len(answer.body) == seen[0]["size"]
    )
    resolved = sent(door, f"{case}/resolved", [picture(1)], {"note": "diangkut"}, "agency:dlh")
    assert resolved.json["state"] == "resolved"
    page = _page(door, complaint)
    assert page.count("<img ") == 1 and page.count("/v1/attachments/") == 3

    folder = Path(door.settings["STATE_DIR"]) / "attachments"
    assert len(list(folder.glob("??/*"))) == 2
    made = pintu("store", "backup", str(folder.parent / "backup"), settings=door.settings)
    assert str(folder) in made.stdout.decode()
    forgotten = pintu(
        *("case", "forget", complaint["tracking"], "--close", "--json"),
        settings={**door.settings, "AMQP_URL": gateway_url},
    )
    told = json.loads(forgotten.stdout)
    assert told["attachments"] == 2, forgotten.stderr
    assert list(folder.glob("??/*")) == []
    assert given(door, seen[0]["url"]).status == 410


def _page(door: Door, complaint: Any) -> str:
    form = urlencode({"code": complaint["tracking"], "pin": complaint["pin"]}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return door.call("POST", "/lacak", raw=form, headers=kind).body.decode()


def test_a_repeat_from_several_hands_is_one_complaint_with_one_file(door: Door) -> None:
    id = uuid4().hex

    def file(_: int) -> Any:
        answer = sent(
            door, "/v1/complaints", [picture(7)], {"text": "x"}, "web", **{"Idempotency-Key": id}
        )
        return answer.status, answer.json

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(file, range(6)))
    assert all(answer == answers[0] for answer in answers) and answers[0][0] == 202


def test_where_no_file_can_be_kept_it_is_told_and_complaints_without_go_on(door: Door) -> None:
    folder = Path(door.settings["STATE_DIR"]) / "attachments"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")
    try:
        refused = sent(door, "/v1/complaints", [picture()], {"text": "x"}, "web")
        assert (refused.status, refused.json["title"]) == (503, "files-away")
        assert int(refused.headers["retry-after"]) > 0
        door.files("jalan rusak")
        eventually(lambda: "attachments" in door.program.get("/readyz")[1], saying="it says so")
        assert door.program.metric("pintu_attachments_up", what="folder") == 0
        doctor = pintu("doctor", "--json", settings=door.settings)
        assert b"attachments-folder" in doctor.stdout
    finally:
        folder.unlink()
    eventually(lambda: door.program.get("/readyz")[0] == 200, saying="it is ready again")
    assert sent(door, "/v1/complaints", [picture()], {"text": "x"}, "web").status == 202


def test_a_scanner_that_is_away_shows_and_takes_no_file(
    gateway_url: str, rabbitmq: Node, tmp_path: Path
) -> None:
    program = Program(
        "all",
        gateway_url,
        tmp_path,
        MANAGEMENT_URL=rabbitmq.management_url or "",
        CLAMD="127.0.0.1:1",
    )
    door = door_of(program)
    eventually(lambda: 'pintu_attachments_up{what="scanner"} 0.0' in program.get("/metrics")[1])
    refused = sent(door, "/v1/complaints", [picture(9)], {"text": "sampah"}, "web")
    assert refused.status == 503 and "retry-after" in refused.headers
    door.files("sampah tanpa foto")
    program.stop()
