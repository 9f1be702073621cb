"""The program is killed while complaints with pictures come in."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

from broker.node import Node
from tests.acceptance.gateway.files import given, picture, sent
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.program import Program
from tests.support.eventually import eventually


def test_whatever_kills_it_no_complaint_is_taken_in_without_its_file(
    gateway_url: str, rabbitmq: Node, tmp_path: Path
) -> None:
    settings = {"MANAGEMENT_URL": rabbitmq.management_url or ""}
    programs = [Program("all", gateway_url, tmp_path, **settings)]
    doors = [door_of(programs[0])]
    doors[0].key("web")
    taken: dict[int, Any] = {}

    def file(n: int) -> None:
        eventually(lambda: n in taken or _file(doors[-1], n, taken), within=120)

    try:
        with ThreadPoolExecutor(4) as pool:
            filing = [pool.submit(file, n) for n in range(30)]
            for kill in (6, 15):
                eventually(lambda kill=kill: len(taken) >= kill)  # type: ignore[misc]
                programs[-1].kill()
                programs.append(Program("all", gateway_url, tmp_path, **settings))
                again = door_of(programs[-1])
                again._keys = doors[0]._keys
                doors.append(again)
            for one in filing:
                one.result()
        for complaint in taken.values():
            doors[-1].until(complaint, "routed")
            path = f"/v1/complaints/{complaint['tracking']}"
            (file_,) = doors[-1].call("GET", path, key="web").json["complaint"]["attachments"]
            assert given(doors[-1], file_["url"]).status == 200
        programs[-1].stop()
    finally:
        for program in programs:
            program.kill()


def _file(door: Door, n: int, taken: dict[int, Any]) -> bool:
    """As a portal does: the same again, under its key, until it is taken in."""
    id = {"Idempotency-Key": f"killed-{n}"}
    with suppress(OSError, HTTPException):
        answer = sent(door, "/v1/complaints", [picture(n)], {"text": f"sampah {n}"}, "web", **id)
        if answer.status == 202:
            taken[n] = answer.json
    return n in taken
