"""Mails while `pintu run mail`, the mail server and RabbitMQ are killed in turn amid events: every
event becomes a mail; one that comes twice bears the same Message-ID.

`MAIL_EVENTS`: how many; 2,000 on demand.
"""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.amqp.session import RabbitBroker
from broker.errors import BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas.identifiers import tracking
from tests.acceptance.mail.conftest import CONTACTS
from tests.acceptance.program import TOWN, Program
from tests.support.eventually import eventually_async
from tests.support.nodes import OwnRabbit
from tests.support.smtp import Post, free_port, mail_server
from tests.unit.consumers.mail.office import an_event

EVENTS: Final = int(os.environ.get("MAIL_EVENTS", "100"))
_COMPLAINTS: Final = [uuid5(NAMESPACE_URL, f"killed-{number}") for number in range(EVENTS)]


async def test_every_event_becomes_a_mail(own_rabbitmq: OwnRabbit, tmp_path: Path) -> None:
    town, post, port = tmp_path / "town", Post(), free_port()
    shutil.copytree(TOWN, town)
    (town / "contacts.toml").write_text(CONTACTS)
    settings = {
        "CONFIG_DIR": str(town),
        "MANAGEMENT_URL": own_rabbitmq.management_url or "",
        "SMTP_URL": f"smtp://127.0.0.1:{port}?rate=1200",
        "MAIL_SENDER": "lapor@basel.test",
    }

    def start() -> Program:
        return Program("mail", own_rabbitmq.url, tmp_path / "state", **settings)

    def arrived(share: float) -> Callable[[], bool]:
        return lambda: len(post.raw) >= share * EVENTS

    programs = [await asyncio.to_thread(start)]
    with ExitStack() as stack:
        try:
            for queue in (names.MAIL_QUEUE, "agency.dlh"):
                await asyncio.to_thread(own_rabbitmq.wait_until_saved, queue)
            server = stack.enter_context(ExitStack())
            server.enter_context(mail_server(port, post))
            saying = asyncio.create_task(say_all(own_rabbitmq.url))
            await eventually_async(arrived(0.1), within=120)
            programs[-1].kill()
            programs.append(await asyncio.to_thread(start))
            await eventually_async(arrived(0.3), within=120)
            server.close()
            await asyncio.to_thread(own_rabbitmq.kill)
            await eventually_async(lambda: programs[-1].get("/readyz")[0] == 503, within=120)
            server.enter_context(mail_server(port, post))
            await asyncio.to_thread(own_rabbitmq.start)
            await eventually_async(arrived(0.6), within=240)
            programs[-1].kill()
            programs.append(await asyncio.to_thread(start))
            await saying
            wanted = {tracking(one) for one in _COMPLAINTS}
            await eventually_async(lambda: found(post).keys() >= wanted, within=240)
            await asyncio.to_thread(programs[-1].stop)
        finally:
            for one in programs:
                one.kill()
    ids = [letter.message["Message-ID"] for letter in post.to("pengaduan@dlh.basel.test")]
    ids += [letter.message["Message-ID"] for letter in post.to("admin@basel.test")]
    assert len(set(ids)) == EVENTS, "what came twice came under the same id"
    assert len(ids) <= EVENTS + 10


def found(post: Post) -> dict[str, int]:
    """How many mails there are of each tracking code."""
    counted: dict[str, int] = {}
    for to in ("pengaduan@dlh.basel.test", "admin@basel.test"):
        for letter in post.to(to):
            code = letter.subject.rpartition("(")[2].rstrip(")")
            counted[code] = counted.get(code, 0) + 1
    return counted


async def say_all(url: str) -> None:
    """As the router and the escalations do: the same again, under its id, until it is confirmed."""
    broker = RabbitBroker(url, name="events")
    rest = [event(number) for number in range(EVENTS)]
    while rest:
        try:
            async with broker.publisher(names.EVENTS) as outgoing:
                while rest:
                    await outgoing.publish(rest[:5])
                    del rest[:5]
                    await asyncio.sleep(0.02)
        except (BrokerUnavailable, Unroutable):
            await asyncio.sleep(0.2)


def event(number: int) -> Outgoing:
    """Every third one an escalation, which comes by the queue of the mails."""
    complaint = _COMPLAINTS[number]
    about = {
        "id": f"event-{number}",
        "complaint_id": str(complaint),
        "tracking": tracking(complaint),
    }
    made = an_event(**about)
    if number % 3 == 0:
        made = an_event(
            "escalated", rung="coordinator", to="coordinator", clock="response", **about
        )
    made = replace(made)
    return Outgoing(names.EVENTS, made.routing_key, made.body, f"event-{number}")
