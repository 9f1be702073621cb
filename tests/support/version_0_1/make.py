"""Make the fixtures of this folder with the program as it was at 0.1: see README.md."""

import asyncio
import base64
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from broker.domain.case import to_record
from broker.memory import MemoryBroker
from broker.messaging import names
from broker.messaging.parking.properties_json import as_json
from broker.messaging.topology import topology
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas import verbs
from schemas.properties import Properties
from tests.support.by_hand import ByHand, Hand
from tests.support.postgres import OwnPostgres
from tests.support.version_0_1.story import HELD_OVER, LAST, LONG, Told

FOLDER: Final = Path(__file__).parent
TOWN: Final = FOLDER.parents[1] / "acceptance" / "town"
MONDAY: Final = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
"""09:00 in Jakarta."""
EARLY: Final = MONDAY + timedelta(days=60)
"""When most of the story is told: what began before it is long over."""


class Town:
    """The people of a town, whose words the program of that time keeps."""

    def __init__(self, by_hand: ByHand) -> None:
        self.by_hand = by_hand
        self.ids = count(1)

    def submits(self, told: Told) -> str:
        id = f"old-{told.name}"
        body = json.dumps({"text": told.text, **told.data}).encode()
        properties = Properties(content_type="application/json", message_id=id)
        self.by_hand.put(names.INTAKE, told.channel, body, properties)
        return str(uuid5(NAMESPACE_URL, f"/channels/{told.channel}#{id}"))

    def says(self, complaint: str, key: str, data: dict[str, Any]) -> None:
        id = f"said-{next(self.ids)}"
        event = {
            "specversion": "1.0",
            "id": id,
            "source": f"/{key.rsplit('.', 1)[0]}",
            "type": f"complaint.{key.rsplit('.', 1)[1]}.v1",
            "subject": complaint,
            "time": self.by_hand.clock.now().isoformat(),
            "data": data,
        }
        properties = Properties(content_type="application/cloudevents+json", message_id=id)
        self.by_hand.put(names.UPDATES, key, json.dumps(event).encode(), properties)

    async def tells(self, told: Told) -> str:
        """One complaint and all that is said of it, half an hour apart."""
        complaint = self.submits(told)
        await self.by_hand.settle()
        for key, data in told.said:
            self.by_hand.clock.moment += timedelta(minutes=30)
            self.says(complaint, key, data)
            await self.by_hand.settle()
        return complaint

    async def waits(self, until: datetime) -> None:
        clock = self.by_hand.clock
        while clock.moment < until:
            clock.moment = min(clock.moment + timedelta(days=1), until)
            await self.by_hand.settle()


@asynccontextmanager
async def town_on(journal_url: str, cases_url: str) -> AsyncIterator[Town]:
    rules, clocks = load_rules(TOWN), load_clocks()
    broker = MemoryBroker(topology(rules.agencies, rules.channels, broker_version=(3, 10, 8)))
    journal, store = await open_journal(journal_url), await open_case_store(cases_url)
    try:
        yield Town(ByHand(broker, journal, store, rules, clocks, Hand(MONDAY)))
    finally:
        await journal.close()
        await store.close()


async def story(journal_url: str, cases_url: str) -> tuple[list[str], list[str]]:
    """All of it; gives the lines of ``cases.jsonl`` and of ``messages.jsonl``."""
    async with town_on(journal_url, cases_url) as town:
        complaints = [await town.tells(told) for told in LONG]
        await town.waits(EARLY)
        complaints += [await town.tells(told) for told in LAST]
        for told in HELD_OVER:
            # Of complaints that nobody has routed yet: the words wait in the store.
            id = f"/channels/{told.channel}#old-{told.name}"
            for key, data in told.said:
                town.says(str(uuid5(NAMESPACE_URL, id)), key, data)
        await town.by_hand.settle()
        lines = [await _case(town, complaint) for complaint in complaints]
        await _unread(town, complaints)
        return lines, list(_messages(town.by_hand.broker))


async def _unread(town: Town, complaints: list[str]) -> None:
    """What lies in the queues of this system while nobody reads them."""
    by_name = dict(zip([told.name for told in (*LONG, *LAST)], complaints, strict=True))
    for told in HELD_OVER:
        town.submits(told)
    await town.by_hand.route()
    for told in LAST:
        for key, data in told.unread:
            town.says(by_name[told.name], key, data)
    for name in ("sampah-baru", "tanpa-arah-baru"):
        text = "sampah menumpuk di gang" if name == "sampah-baru" else "apa kabar semuanya"
        town.submits(Told(name, text))
    # A watermark of the program of that time, too.
    await town.by_hand.tick()


async def _case(town: Town, complaint: str) -> str:
    store = town.by_hand.store

    case = await store.find(UUID(complaint))
    assert case is not None
    history = [[line.who, line.what] for line in await store.history(case.complaint_id)]
    return json.dumps(to_record(case) | {"history": history}, ensure_ascii=False, default=list)


def _messages(broker: MemoryBroker) -> Iterator[str]:
    """Each message once, with the queues that it lies in."""
    found: dict[tuple[str, str, bytes], tuple[Any, list[str]]] = {}
    for queue, kept in broker.queues.items():
        for message in kept.ready:
            key = (message.exchange, message.routing_key, message.body)
            found.setdefault(key, (message, []))[1].append(queue)
    for message, queues in found.values():
        line = {
            "queues": queues,
            "exchange": message.exchange,
            "key": message.routing_key,
            "properties": json.loads(as_json(message.properties)),
        }
        try:
            line["body"] = message.body.decode()
        except UnicodeDecodeError:
            line["body_base64"] = base64.b64encode(message.body).decode()
        yield json.dumps(line, ensure_ascii=False)


def _sqlite(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def _postgres(url: str) -> str:
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "--dbname", url]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line for line in dump.splitlines() if line and not line.startswith(("--", "\\"))]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all fixtures anew."""
    if hasattr(verbs, "ACCEPTED"):
        sys.exit("This is not the program of 0.1: README.md says how to run it.")
    with tempfile.TemporaryDirectory() as folder:
        journal, cases = Path(folder, "journal.sqlite3"), Path(folder, "cases.sqlite3")
        lines, messages = asyncio.run(story(f"sqlite:///{journal}", f"sqlite:///{cases}"))
        (FOLDER / "journal.sqlite.sql").write_text(_sqlite(journal))
        (FOLDER / "cases.sqlite.sql").write_text(_sqlite(cases))
    server = OwnPostgres()
    try:
        url = server.database("old")
        same = asyncio.run(story(url, url))
        # Of what falls due at one moment either store may give another first.
        assert [*map(sorted, same)] == [sorted(lines), sorted(messages)], "two stores, two stories"
        (FOLDER / "postgres.sql").write_text(_postgres(url))
    finally:
        server.stop()
    (FOLDER / "cases.jsonl").write_text("\n".join(lines) + "\n")
    (FOLDER / "messages.jsonl").write_text("\n".join(messages) + "\n")
    print(len(lines), "cases,", len(messages), "messages", file=sys.stderr)


if __name__ == "__main__":
    main()
