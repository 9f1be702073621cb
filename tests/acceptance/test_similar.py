"""The same thing reported again: whichever router has it, `similar` names the cases before it."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from broker.node import Node
from tests.acceptance.cases.case_town import Town, a_town
from tests.acceptance.cases.desk import Desk
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Router
from tests.support.eventually import eventually
from tests.support.nodes import Management, in_vhost

Start = Callable[..., Router]


@pytest.fixture
def outside(amqp_url: str) -> Iterator[Outside]:
    connected = Outside(amqp_url)
    yield connected
    connected.close()


@pytest.fixture
def town(rabbitmq: Node, tmp_path: Path) -> Iterator[Town]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    with a_town(in_vhost(rabbitmq.url, vhost), tmp_path) as town:
        yield town
    management.delete_vhost(vhost)


def told(outside: Outside, text: str, **fields: object) -> tuple[str, list[str]]:
    """Submit a complaint about one pothole: its id, and which ones are named as similar to it."""
    mark = f"laporan{uuid4().hex}"
    body = {"text": text, "location": {"address": "Jalan Kenanga"}, "external_id": mark, **fields}
    outside.publish("web", json.dumps(body).encode(), message_id=mark)
    data = next(one.data for one in outside.arrived(mark) if "decision" in one.data)
    return data["complaint_id"], data["decision"]["similar"]


HOLE = "jalan rusak berlubang di jalan Kenanga depan toko Berkah"
AGAIN = "lubang jalan Kenanga dekat toko Berkah makin dalam, jalan rusak"


def test_a_router_names_what_another_one_has_routed_also_after_a_restart(
    start: Start, outside: Outside, postgres_url: str
) -> None:
    settings = {"DATABASE_URL": postgres_url}
    first = start(**settings)
    other = start(**settings)
    one, named = told(outside, HOLE)
    assert named == []
    routers = (first, other)
    taken = [r for r in routers if r.metric("pintu_complaints_received_total", channel="web")]
    taken[0].stop()  # whoever had it is gone: the other one has it from the journal
    houses = count(1)  # no two of them are alike, however many there are until it has read

    def asked() -> bool:
        return one in told(outside, f"{HOLE} nomor {next(houses)}")[1]

    eventually(asked, saying="the other router names the first")
    _, of_nobody = told(outside, AGAIN, anonymous=True)
    assert of_nobody == []
    next(r for r in routers if r is not taken[0]).stop()
    start(**settings)
    _, named = told(outside, HOLE)
    assert named  # the latest of what others have routed, read at its start


def test_what_is_closed_or_forgotten_is_named_no_more(town: Town, tmp_path: Path) -> None:
    settings = {"AMQP_URL": town.outside.url, "STATE_DIR": str(tmp_path), "CONFIG_DIR": str(TOWN)}
    desk = Desk(settings)
    closed, _ = told(town.outside, HOLE)
    gone, named = told(town.outside, AGAIN)
    assert named == [closed]
    shown = eventually(lambda: desk.case(gone), saying="the case is there")
    assert shown["decision"]["similar"] == [closed]
    code = desk.case(closed)["tracking"]
    assert code in desk.prints("case", "show", gone)
    desk.prints("triage", "dismiss", closed, "sudah ditangani")
    desk.prints("case", "forget", gone, "--close", "--reason", "permintaan pelapor")

    eventually(
        lambda: not {closed, gone} & set(told(town.outside, HOLE)[1]),
        saying="neither is named any more",
    )
