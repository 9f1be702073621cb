"""A backup is restored: `pintu audit replay` gives back what came after it, from the stream.

``REPLAYED``: complaints, half as many updates; 20,000 on demand.
"""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import pytest

from broker.amqp.session import RabbitBroker
from broker.messaging.messages import Outgoing
from tests.acceptance.cases.case_town import PARTS
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.all_cases import are_alike, everything_at
from tests.support.eventually import eventually

MANY: Final = int(os.environ.get("REPLAYED", "160"))
SPEED: Final = "400000" if MANY < 1_000 else "6000"
"""A second is most of a week; or less than two hours, where it takes minutes."""
PATIENCE: Final = 60 + MANY / 40
TEXTS: Final = {
    "sampah menumpuk": "dlh",
    "jalan rusak parah": "dpupr",
    "lampu jalan mati": "dishub",
    "mohon bantuan pak": None,
}
SAID: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("agency.{agency}.acknowledged", {}),
    ("agency.{agency}.held", {"note": "Di mana tepatnya?"}),
    ("channel.web.replied", {"note": "Dekat pasar."}),
    ("agency.{agency}.responded", {"note": "Kami tinjau."}),
    ("agency.{agency}.returned", {"reason": "Bukan kami."}),
    ("desk.sari.assigned", {"agency": "dpupr", "note": "Milik kita."}),
    ("agency.{agency}.resolved", {"note": "Sudah."}),
    ("channel.web.accepted", {"rating": 4}),
)


def id_of(number: int) -> str:
    return f"replayed-{number:06}"


def complaint_of(number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"/channels/web#{id_of(number)}"))


def complaints(numbers: Sequence[int]) -> list[Outgoing]:
    texts = list(TEXTS)
    return [
        Outgoing(
            "complaints.intake",
            "web",
            f"{texts[number % len(texts)]} {number}".encode(),
            id_of(number),
            content_type="text/plain",
        )
        for number in numbers
    ]


def updates(numbers: Sequence[int], first: int, many: int) -> Iterator[Outgoing]:
    """So many, on these complaints in turn, each complaint in the order of ``SAID``."""
    agencies = list(TEXTS.values())
    for place in range(first, first + many):
        number = numbers[place % len(numbers)]
        key, data = SAID[(place // len(numbers) + number) % len(SAID)]
        key = key.format(agency=agencies[number % len(agencies)] or "dlh")
        id = f"said-{place}-{number}"
        event = {
            "specversion": "1.0",
            "id": id,
            "source": f"/{key}",
            "type": f"complaint.{key.rsplit('.', 1)[-1]}.v1",
            "subject": complaint_of(number),
            "data": data,
        }
        yield Outgoing("complaints.updates", key, json.dumps(event).encode(), id)


async def _send(url: str, messages: Sequence[Outgoing]) -> None:
    async with RabbitBroker(url, name="flood").publisher("complaints.intake") as publisher:
        for start in range(0, len(messages), 1_000):
            await publisher.publish(messages[start : start + 1_000])


class Site:
    """A town on one store, of which backups can be made and put back."""

    def __init__(self, url: str, folder: Path, database: str | None) -> None:
        self.url = url
        self.folder = folder
        self.state = folder / "state"
        self.database = database
        self.settings = {
            "AMQP_URL": url,
            "STATE_DIR": str(self.state),
            "CONFIG_DIR": str(TOWN),
            "CLOCK_SPEED": SPEED,
        }
        if database is not None:
            self.settings["DATABASE_URL"] = database
        self.programs: list[Program] = []

    def start(self) -> None:
        more = {name: self.settings[name] for name in ("CLOCK_SPEED",)}
        if self.database is not None:
            more["DATABASE_URL"] = self.database
        self.programs = [Program(part, self.url, self.state, **more) for part in PARTS]

    def stop(self) -> None:
        for program in self.programs:
            program.stop()
        self.programs = []

    def kill(self) -> None:
        for program in self.programs:
            program.kill()

    def sends(self, messages: Sequence[Outgoing]) -> None:
        asyncio.run(_send(self.url, messages))

    def command(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        return pintu(*words, settings=self.settings, within=PATIENCE * 10)

    def backup(self) -> None:
        if self.database is None:
            done = self.command("store", "backup", str(self.folder / "backup"))
            assert done.returncode == 0, done.stderr
        else:
            file = f"--file={self.folder / 'backup.dump'}"
            subprocess.run(["pg_dump", "--format=custom", file, self.database], check=True)

    def twin(self, make: Callable[[], str]) -> str:
        """The URL of a copy of the store as it is now; then the backup is in its place."""
        if self.database is None:
            shutil.copytree(self.state, self.folder / "twin")
            done = self.command("store", "restore", "--force", str(self.folder / "backup"))
            assert done.returncode == 0, done.stderr
            return f"sqlite:///{self.folder / 'twin' / 'cases.sqlite3'}"
        now, restored = str(self.folder / "now.dump"), make()
        subprocess.run(["pg_dump", "--format=custom", f"--file={now}", self.database], check=True)
        into = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"]
        file = str(self.folder / "backup.dump")
        subprocess.run([*into, f"--dbname={restored}", file], check=True)
        twin, self.database = self.database, restored
        self.settings["DATABASE_URL"] = restored
        return twin

    @property
    def cases(self) -> str:
        return self.database or f"sqlite:///{self.state / 'cases.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, amqp_url: str, tmp_path: Path) -> Iterator[Site]:
    kind = request.param
    database = request.getfixturevalue("postgres_url") if kind == "postgres" else None
    site = Site(amqp_url, tmp_path, database)
    yield site
    site.kill()


def rungs(outside: Outside) -> Counter[tuple[Any, ...]]:
    """Every rung that anybody was told of."""
    if many := outside.depth("escalations"):
        outside.take("escalations", many)
    told = [m.data for m in outside.seen if m.queue == "escalations"]
    return Counter((one["complaint_id"], one["clock"], one["start"], one["rung"]) for one in told)


@pytest.mark.slow
@pytest.mark.timeout(600 + MANY)
def test_a_restored_store_is_what_it_would_be_had_it_never_been_lost(
    site: Site, request: pytest.FixtureRequest
) -> None:
    site.start()
    outside = Outside(site.url)
    half = MANY // 2
    early, late = range(half), range(MANY)

    def quiet() -> bool:
        return not outside.depth("router.intake") and outside.depth("cases") <= 1

    site.sends(complaints(early))
    site.sends(list(updates(early, 0, MANY // 4)))
    eventually(quiet, PATIENCE, "the first half is read")
    eventually(lambda: sum(rungs(outside).values()) > 10, PATIENCE, "rungs fire")
    site.backup()
    site.sends(complaints(late[half:]))
    site.sends(list(updates(late, MANY // 4, MANY // 4)))
    eventually(lambda: outside.depth("cases") < MANY / 4, PATIENCE, "most is read")
    before = len(rungs(outside))
    eventually(lambda: len(rungs(outside)) > before + 10, PATIENCE, "more rungs fire")
    site.stop()
    # What nobody has read yet stays in the queue, whatever the replay does.
    site.sends(list(updates(late, MANY // 2, 20)))
    waiting = outside.depth("cases")

    twin = site.twin(lambda: request.getfixturevalue("postgres").database(f"r{os.getpid()}"))
    wanted = asyncio.run(everything_at(twin))
    assert asyncio.run(everything_at(site.cases)) != wanted
    began = time.monotonic()
    done = site.command("audit", "replay", "--json")
    took = time.monotonic() - began
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["begun"] and told["updates"] and told["fired"], told
    are_alike(asyncio.run(everything_at(site.cases)), wanted)
    assert outside.depth("cases") == waiting
    assert len(wanted) <= MANY

    again = json.loads(site.command("audit", "replay", "--json").stdout)
    assert (again["begun"], again["updates"], again["fired"], again["journal"]) == (0, 0, 0, 0)
    print(f"replayed in {took:.1f} s: {told}")

    # Then it goes on as if nothing had been.
    site.start()
    eventually(quiet, PATIENCE, "the rest is read")
    new = complaint_of(MANY)
    site.sends(complaints([MANY]))
    eventually(lambda: new in {one[0] for one in rungs(outside)}, PATIENCE, "a rung of a new case")
    assert not [rung for rung, times in rungs(outside).items() if times > 1]
    parked = [(m.properties.headers or {}).get("parked-reason") for m in outside.drain("parked")]
    assert "unknown-case" not in parked
    outside.close()
    site.stop()
