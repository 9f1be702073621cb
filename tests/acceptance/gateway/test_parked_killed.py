"""Parked messages are worked on while the gateway is killed, its connection is cut, and the command
line works on them too: none is lost."""

import asyncio
import contextlib
import json
import random
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import aiormq
import pytest

from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from broker.node import Node
from schemas.properties import Properties
from tests.acceptance.gateway.http import door_of
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.program import Program, pintu
from tests.rabbitmq.declared import client
from tests.support.eventually import eventually
from tests.support.nodes import Management
from tests.unit.gateway.door import NOW

PLACE = "/meja/parkir"
MANY = 400


class Desk:
    """A gateway alone, on a virtual host with the topology: nobody reads what it sends back."""

    def __init__(self, url: str, node: Node, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.management = Management(node.management_url or "")
        self.settings = {"MANAGEMENT_URL": node.management_url or ""}
        shared = {**self.settings, "AMQP_URL": url, "STATE_DIR": str(folder)}
        self.command = {**shared, "CONFIG_DIR": str(Path(__file__).parents[1] / "town")}
        assert pintu("topology", "apply", settings=self.command).returncode == 0
        self.program = Program("gateway", url, folder, **self.settings)
        self.rina = Officer(door_of(self.program), "rina", "desk")

    def killed(self) -> None:
        """`kill -9`, and another one in its place."""
        self.program.kill()
        self.program = Program("gateway", self.url, self.folder, **self.settings)
        self.rina.door = door_of(self.program)

    def park(self, *ids: str) -> None:
        async def publish() -> None:
            async with client(self.url) as someone:
                for id in ids:
                    body = json.dumps({"text": "", "n": id}).encode()
                    whole = Properties(message_id=id)
                    message = Incoming(body, "complaints.intake", "web", whole, False, 1)
                    out = park(message, "no-text", "text: missing", NOW)
                    await someone.publish(
                        *(out.exchange, out.routing_key, out.body, out.headers),
                        message_id=out.message_id,
                    )

        asyncio.run(publish())

    def ids(self, queue: str) -> list[str]:
        """Of the original messages in a queue, which is empty then."""

        async def get() -> list[str]:
            found = list[str]()
            connection = await aiormq.connect(self.url)
            channel = await connection.channel()
            while (message := await channel.basic_get(queue, no_ack=True)).delivery_tag:
                if (id := json.loads(message.body).get("n")) is not None:  # else a probe
                    found.append(id)
            await connection.close()
            return found

        return asyncio.run(get())

    def count(self, queue: str) -> int:
        async def ask() -> int:
            async with client(self.url) as someone:
                return await someone.ready(queue)

        return asyncio.run(ask())

    def group(self) -> tuple[str, dict[str, str]]:
        """The one group, and what its form for sending back says."""
        link = self.link(f"{PLACE}?baca=1", "kelompok")
        mark = re.search('name="mark" value="([0-9a-f]+)"', self.rina.page(link))
        assert mark is not None
        return link, {"id": uuid4().hex, "mark": mark[1], "do": "replay"}

    def answer(self, form: dict[str, str]) -> str:
        """What is said of the work of a form, once it is over."""

        def over() -> str | None:
            page = self.rina.page(f"{PLACE}/kerja/{form['id']}?bahasa=en")
            return None if "<progress" in page else page

        return eventually(over, saying="it is over, one way or the other")

    def link(self, path: str, to: str) -> str:
        """The first one of that kind on a page, once there is one."""
        find = re.compile(f'href="({PLACE}/{to}/[0-9a-f]+)"')
        return eventually(lambda: find.search(self.rina.page(path)), saying=f"{path}: {to}")[1]


@pytest.fixture(scope="module")
def shared(
    gateway_url: str, rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    made = Desk(gateway_url, rabbitmq, tmp_path_factory.mktemp("desk"))
    yield made
    made.program.stop()


@pytest.fixture
def desk(shared: Desk) -> Iterator[Desk]:
    """With empty queues."""
    yield shared
    for queue in ("parked", "router.intake"):
        shared.ids(queue)


def meanwhile(work: Callable[[], object]) -> threading.Thread:
    def quietly() -> None:
        with contextlib.suppress(OSError, HTTPException):
            work()

    thread = threading.Thread(target=quietly)
    thread.start()
    return thread


def test_an_edited_message_is_parked_or_has_arrived_whenever_the_gateway_is_killed(
    desk: Desk,
) -> None:
    chance = random.Random(3)
    for round_ in range(3):
        desk.park(f"e{round_}")
        eventually(lambda: desk.count("parked") == 1)
        one = desk.link(desk.link(f"{PLACE}?baca=1", "kelompok"), "pesan") + "/ubah"
        text = json.dumps({"text": "Lampu mati", "n": f"e{round_}"})
        form = {"id": uuid4().hex, "text": text}
        sending = meanwhile(lambda: desk.rina.post(one, form))  # noqa: B023  # joined below
        threading.Event().wait(chance.uniform(0.0, 0.12))
        desk.killed()
        sending.join()
        eventually(lambda: desk.count("parked") + desk.count("router.intake") >= 1)
        found = {*desk.ids("parked"), *desk.ids("router.intake")}
        assert found == {f"e{round_}"}


def test_of_a_group_that_is_sent_back_none_is_lost_when_the_gateway_is_killed(desk: Desk) -> None:
    wanted = {f"g{n}" for n in range(MANY)}
    desk.park(*sorted(wanted))
    link, form = desk.group()
    sending = meanwhile(lambda: desk.rina.post(link, form))
    eventually(lambda: desk.count("router.intake"))
    desk.killed()
    sending.join()
    eventually(lambda: desk.count("parked") + desk.count("router.intake") >= MANY)
    answer = desk.rina.get(f"{PLACE}/kerja/{form['id']}?bahasa=en")
    assert (answer.status, b"nothing was lost" in answer.body) == (404, True)
    assert {*desk.ids("parked"), *desk.ids("router.intake")} == wanted


def test_while_the_command_line_works_on_them_too_each_goes_once(desk: Desk) -> None:
    wanted = {f"c{n}" for n in range(MANY)}
    desk.park(*sorted(wanted))
    link, form = desk.group()
    sending = meanwhile(lambda: desk.rina.post(link, form))
    done = pintu("parked", "replay", "--all", settings=desk.command)
    sending.join()
    assert b"Traceback" not in done.stderr
    assert desk.answer(form)
    eventually(lambda: desk.count("parked") + desk.count("router.intake") >= MANY)
    sent, parked = desk.ids("router.intake"), desk.ids("parked")
    assert {*sent, *parked} == wanted
    assert len(sent) == len({*sent})


def test_when_rabbitmq_hangs_up_amid_it_that_is_said_and_none_is_lost(desk: Desk) -> None:
    wanted = {f"h{n}" for n in range(MANY)}
    desk.park(*sorted(wanted))
    link, form = desk.group()
    over = threading.Event()

    def cut() -> None:
        while not over.is_set():
            _hang_up(desk)

    cutting = meanwhile(cut)
    desk.rina.post(link, form)
    assert "left the queue" in desk.answer(form)
    over.set()
    cutting.join()
    eventually(lambda: desk.count("parked") + desk.count("router.intake") >= MANY)
    assert {*desk.ids("parked"), *desk.ids("router.intake")} == wanted


def _hang_up(desk: Desk) -> None:
    """Close every connection on which parked messages are worked on now."""
    for one in desk.management.call("GET", "/connections") or ():
        if one.get("client_properties", {}).get("connection_name") == "pintu parked":
            name = urllib.parse.quote(one["name"], safe="")
            with contextlib.suppress(OSError):
                desk.management.call("DELETE", f"/connections/{name}")
