"""Programs on machines whose clocks are wrong, over one store and one RabbitMQ."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from broker.node.tcp_ports import choose_ports
from broker.store.cases import open_case_store
from tests.acceptance.cases.desk import Desk
from tests.acceptance.program import TOWN, Program
from tests.support.eventually import eventually

DAY: Final = timedelta(days=1)
NOWHERE: Final = "http://127.0.0.1:1"
"""Where no management API is: nothing shows RabbitMQ's clock."""


class Wrong(Program):
    """A program whose machine's clock is ahead by so much; ``set`` sets it.

    It counts as started where all that it lacks is a clock that agrees.
    """

    def __init__(
        self, name: str, amqp_url: str, folder: Path, ahead: timedelta, **settings: str
    ) -> None:
        self.file = folder / f"ahead-{name}-{ahead.total_seconds():.0f}"
        self.set(ahead)
        self.place = f"127.0.0.1:{choose_ports().amqp}"
        super().__init__(name, amqp_url, folder, HTTP=self.place, **settings)

    def _address(self) -> str:
        """It serves nothing else before it knows what time it is."""
        return f"http://{self.place}"

    def set(self, ahead: timedelta) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()))
        new.rename(self.file)

    def command(self, name: str) -> list[str]:
        return [sys.executable, "-m", "tests.support.wrong_clock", str(self.file), "run", name]

    def started(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"it ended: {self.log_path.read_text()}")
        try:
            wanting = self.wanting()
        except OSError:
            return False
        return set(wanting) <= {"clock"} or "nobody knows" in wanting.get("clock", "")

    def wanting(self) -> dict[str, str]:
        """What does not hold, and why."""
        found: dict[str, str] = orjson.loads(self.get("/readyz")[1])["wanting"]
        return found

    def says_that_its_clock_is_wrong(self) -> str:
        """In /readyz, in the log and in the metrics; the sentence."""
        why: str = eventually(lambda: self.wanting().get("clock"), saying="/readyz tells")
        assert any(
            line["event"] == "clock.disagrees" and line["level"] == "error" for line in self.log()
        )
        part = "" if self.name == "all" else self.name
        assert self.metric("pintu_condition_since_seconds", condition="clock", part=part) >= 0
        return why


class Place:
    """One store and one RabbitMQ; programs come and go."""

    def __init__(self, amqp_url: str, store_url: str, folder: Path, **settings: str) -> None:
        self.amqp_url = amqp_url
        self.store_url = store_url
        self.folder = folder
        self.settings = settings
        if not store_url.startswith("sqlite"):
            self.settings |= {"DATABASE_URL": store_url}

    @contextmanager
    def runs(
        self, name: str, ahead: timedelta = timedelta(), leaves: int = os.EX_OK
    ) -> Iterator[Wrong]:
        """It leaves well in the end, without a failure; or by itself, with another code."""
        program = Wrong(name, self.amqp_url, self.folder, ahead, **self.settings)
        try:
            yield program
            if leaves == os.EX_OK:
                program.stop()
            else:
                assert program.left() == leaves
        finally:
            program.kill()

    def desk(self) -> Desk:
        where = {
            "AMQP_URL": self.amqp_url,
            "STATE_DIR": str(self.folder),
            "CONFIG_DIR": str(TOWN),
        }
        return Desk(where | self.settings)

    async def watermark(self) -> datetime | None:
        store = await open_case_store(self.store_url)
        try:
            return await store.watermark()
        finally:
            await store.close()

    async def read_up_to(self, moment: datetime) -> bool:
        found = await self.watermark()
        return found is not None and found >= moment

    async def poisoned(self, ahead: timedelta) -> None:
        """As a version that believed its own clock alone left it."""
        store = await open_case_store(self.store_url)
        try:
            async with store.transaction() as transaction:
                await transaction.advance_watermark(datetime.now(UTC) + ahead)
        finally:
            await store.close()

    async def next_due(self) -> datetime | None:
        store = await open_case_store(self.store_url)
        try:
            return await store.next_due()
        finally:
            await store.close()


def lines(program: Program, event: str) -> list[dict[str, Any]]:
    return [line for line in program.log() if line["event"] == event]
