"""The pages of parked messages, the recap and who is on duty, with very much of each: what each
takes at the server.

Run: ``python -m bench.counter [--postgres URL] [--open N] [--parked N]``. Cases lie in SQLite in a
folder of its own, or in an empty PostgreSQL database; parked messages on a private RabbitMQ.
Nothing is asserted.
"""

import argparse
import asyncio
import os
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import httpx

from bench.support.filling import Plan, fill
from broker.amqp.parked import parked_messages
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from broker.node import open_node
from broker.ports import Contact, Duty
from broker.store.cases import open_case_store
from config.loading.configuration import load_configuration
from consumers.runtime.live_config import LiveConfig
from gateway.desk.parked_room import ParkedRoom
from gateway.desk.session import DeskSession
from schemas.properties import Properties
from tests.rabbitmq.declared import client, declare
from tests.unit.gateway.door import MemoryDoor, Time, memory_door
from tests.unit.gateway.staff_door import SignedIn, signed_in

_FIRST: Final = datetime(2026, 2, 2, 2, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_ROUNDS: Final = 9
_MONTH: Final = "dari=2026-02-01&sampai=2026-03-31"
_REASONS: Final = ("broken-json", "no-text", "not-utf8", "unknown-type")


async def measure(cases: str, node_url: str, management_url: str, parked: int) -> None:
    await declare(node_url, management_url)
    await _park(node_url, parked)
    store = await open_case_store(cases)
    async with memory_door() as door:
        config = LiveConfig(*load_configuration(None))
        door.world.config = config
        desk = DeskSession(config.rules, config.clocks, store, Time(), "", _nowhere)
        door.world.desk = lambda: desk
        room = ParkedRoom(partial(parked_messages, node_url), Time().now)
        door.world.parked = lambda: room
        rina = await signed_in(door, "rina", "desk")
        await _of_parked(rina, room)
        await _of_cases(rina)
        await _of_duty(rina, door)
        await room.close()
    await store.close()


async def _of_parked(rina: SignedIn, room: ParkedRoom) -> None:
    started = time.perf_counter()
    await _took("parked: the first page, nothing read yet", partial(_page, rina, "/meja/parkir"), 1)
    listing = await room.listing(120)
    print(f"the whole queue is read in {time.perf_counter() - started:.2f} s")
    assert listing is not None
    await _took("parked: groups", partial(_page, rina, "/meja/parkir"))
    group = next(iter(listing.groups.values()))
    place = f"/meja/parkir/kelompok/{group.key}"
    await _took("parked: a group", partial(_page, rina, place))
    await _took("parked: its last page", partial(_page, rina, f"{place}?halaman=9999"))
    one = f"/meja/parkir/pesan/{group.lines[0].id}"
    await _took("parked: a message", partial(_page, rina, one))
    await _took("parked: to edit", partial(_page, rina, f"{one}/ubah"))
    form = {"id": uuid4().hex, "mark": group.mark, "do": "replay"}
    started = time.perf_counter()
    answer = await rina.post(place, form)
    print(f"send a group of {len(group.lines):,} back: answered in", end=" ")
    print(f"{time.perf_counter() - started:.2f} s,", end=" ", flush=True)
    while "<progress" in await _page(rina, answer.headers["location"]):
        await asyncio.sleep(0.1)
    print(f"done in {time.perf_counter() - started:.2f} s")


async def _of_cases(rina: SignedIn) -> None:
    place = f"/meja/rekap?{_MONTH}"
    await _took("recap: the first page", partial(_page, rina, place))
    for _ in range(2):
        found = re.search(r'href="\?([^"]*mulai[^"]*)"', await _page(rina, place))
        assert found is not None
        place = "/meja/rekap?" + found[1].replace("&amp;", "&")
    await _took("recap: a page behind", partial(_page, rina, place))
    await _took("recap: of an agency", partial(_page, rina, f"/meja/rekap?{_MONTH}&opd=dpupr"))
    await _took(
        "recap: nothing", partial(_page, rina, "/meja/rekap?dari=2020-01-01&sampai=2020-02-01")
    )
    day = "dari=2026-02-03&sampai=2026-02-03"
    for kind in ("csv", "xlsx"):
        ask = partial(_page, rina, f"/meja/rekap/unduh.{kind}?{day}")
        await _took(f"recap: a day as {kind}", ask, 2)
    await _took("counter: the form", partial(_page, rina, "/meja/loket"))


async def _of_duty(rina: SignedIn, door: MemoryDoor) -> None:
    agencies = list(door.world.config.rules.agencies)
    days = [(_FIRST + n * 7 * _DAY).date() for n in range(104)]
    some = [
        Duty(uuid4().hex, code, day, day + 6 * _DAY, Contact("Budi"), None, "rina", _FIRST)
        for code in agencies
        for day in days
    ]
    await door.world.store.duties.add_duties(some)
    print(f"{len(some):,} rows of who is on duty")
    await _took("duty: a month", partial(_page, rina, "/meja/piket"))
    await _took(
        "duty: two years", partial(_page, rina, "/meja/piket?dari=2026-02-02&sampai=2028-02-01")
    )


async def _park(url: str, many: int) -> None:
    async with client(url) as someone:
        waiting = list[Awaitable[None]]()
        for n in range(many):
            body = b'{"text": "Lampu jalan mati di depan pasar, sudah tiga bulan",, "n": %d}' % n
            reason = _REASONS[min(n % 10, len(_REASONS) - 1)]
            whole = Properties(message_id=f"m{n}", content_type="application/json")
            message = Incoming(body, "complaints.intake", "web", whole, False, 1)
            out = park(message, reason, "line 1, column 9", _FIRST + n * timedelta(seconds=1))
            waiting.append(
                someone.publish(
                    out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
                )
            )
            if len(waiting) == 500:
                await asyncio.gather(*waiting)
                waiting.clear()
        await asyncio.gather(*waiting)
    print(f"{many:,} parked messages")


async def _page(rina: SignedIn, path: str) -> str:
    answer: httpx.Response = await rina.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


async def _took(what: str, ask: Callable[[], Awaitable[str]], rounds: int = _ROUNDS) -> None:
    times, size = [], 0
    for _ in range(rounds):
        started = time.perf_counter()
        size = len((await ask()).encode())
        times.append((time.perf_counter() - started) * 1000)
    said = f"{median(times):7.1f} ms, at most {max(times):7.1f} ms, {size / 1000:6.1f} kB"
    print(f"{what:<42} {said}", flush=True)


def _nowhere() -> Any:
    raise AssertionError("a recap asks the store alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres")
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--parked", type=int, default=10_000)
    given = parser.parse_args()
    os.environ["PINTU_LOG_FORMAT"] = "json"
    with tempfile.TemporaryDirectory() as folder:
        url = given.postgres or f"sqlite:///{folder}/cases.db"
        fill(url, Plan(given.open, [_FIRST + n * _DAY for n in range(28)]))
        print(f"{given.open:,} cases")
        node = open_node(Path(folder) / "node")
        try:
            asyncio.run(measure(url, node.url, node.management_url or "", given.parked))
        finally:
            node.stop()


if __name__ == "__main__":
    main()
