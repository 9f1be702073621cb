"""From 0.1 to this version while complaints come in: both run, in the order of the how-to."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.acceptance.outside import Outside
from tests.acceptance.program import Program, environment, pintu
from tests.support.eventually import eventually
from tests.support.version_0_1.program import NoHistoryError, OldProgram, old_command, unpacked

EACH: Final = 60


class Town:
    """One RabbitMQ, one PostgreSQL, and programs of both versions on them."""

    def __init__(self, url: str, database: str, packages: Path, place: Path) -> None:
        self.outside = Outside(url)
        self.packages = packages
        self.settings = {"DATABASE_URL": database}
        self.running: dict[str, Program] = {}
        self._url, self._place = url, place
        self._sent = 0

    def starts(self, name: str, *, old: bool = False) -> Program:
        place = self._place / f"{name}-{old}"
        if old:
            made: Program = OldProgram(self.packages, name, self._url, place, **self.settings)
        else:
            made = Program(name, self._url, place, **self.settings)
        self.running[f"{name} 0.1" if old else name] = made
        return made

    def stops(self, name: str) -> None:
        """As a service manager does it; it leaves well, and has failed on nothing."""
        self.running.pop(name).stop()

    def submits(self, number: int = EACH) -> None:
        """That many complaints, and with each the one before it once more."""
        for _ in range(number):
            self._sent += 1
            for one in (self._sent - 1, self._sent):
                if one:
                    self.outside.publish(
                        "web",
                        f"sampah menumpuk {one}".encode(),
                        message_id=f"upgrade-{one}",
                        content_type="text/plain",
                    )

    @property
    def complaints(self) -> set[str]:
        numbers = range(1, self._sent + 1)
        return {str(uuid5(NAMESPACE_URL, f"/channels/web#upgrade-{n}")) for n in numbers}

    def says(self, complaint: str, verb: str) -> None:
        """The agency, of a complaint that it got."""
        self.outside.publish(
            f"agency.dlh.{verb}",
            json.dumps({"complaint_id": complaint, "note": "Sudah kami tangani."}).encode(),
            exchange="complaints.updates",
            message_id=f"{verb}-{complaint}",
            content_type="application/json",
        )

    def told(self, queue: str, verb: str) -> Counter[str]:
        """Of each complaint how often an event came."""
        self.outside.drain_all()
        return Counter(
            m.event["subject"]
            for m in self.outside.seen
            if m.queue == queue and m.key.startswith(f"{verb}.")
        )

    def hears_of_all(self, queue: str, verb: str) -> Callable[[], bool]:
        return lambda: self.told(queue, verb).keys() == self.complaints

    def end(self) -> None:
        self.outside.close()
        for program in self.running.values():
            program.kill()


@pytest.fixture
def town(amqp_url: str, postgres_url: str, tmp_path: Path) -> Iterator[Town]:
    try:
        packages = unpacked(tmp_path / "0.1")
    except NoHistoryError as why:
        pytest.skip(str(why))
    with ExitStack() as stack:
        town = Town(amqp_url, postgres_url, packages, tmp_path)
        stack.callback(town.end)
        yield town


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_while_one_follows_the_other(town: Town) -> None:
    for name in ("router", "cases", "escalations"):
        town.starts(name, old=True)
    town.submits()
    eventually(town.hears_of_all("channel.web", "opened"), saying="all of 0.1's have begun")
    # 1. What changes cases stops; routers go on, and what is said waits in the queue.
    for name in ("escalations 0.1", "cases 0.1"):
        town.stops(name)
    town.submits()
    for complaint in sorted(town.complaints)[:EACH]:
        town.says(complaint, "acknowledged")
    # 2. The first of the new ones migrates the store.
    town.starts("cases")
    town.starts("escalations")
    # 3. Routers one after the other; for a while both are there.
    town.starts("router")
    town.submits()
    town.stops("router 0.1")
    town.submits()
    eventually(town.hears_of_all("channel.web", "opened"), saying="every case has begun")
    assert set(town.told("agency.dlh", "routed").values()) == {1}
    assert set(town.told("channel.web", "opened").values()) == {1}
    eventually(lambda: len(town.told("channel.web", "acknowledged")) == EACH)
    assert not [message for message in town.outside.seen if message.queue == "parked"]
    listed = pintu("case", "list", "--json", "--limit", "1000", settings=town.settings)
    cases = json.loads(listed.stdout)
    assert {case["complaint_id"] for case in cases} == town.complaints
    # Who goes back too late is told.
    done = subprocess.run(
        old_command(town.packages, "run", "cases"),
        env=environment(AMQP_URL=town.outside.url, **town.settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 78
    assert "written by a newer version" in done.stderr
    for name in list(town.running):
        town.stops(name)
