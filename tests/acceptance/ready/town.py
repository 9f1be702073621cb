"""The three programs on a node of their own, looked at from outside as an outage comes and goes."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from yarl import URL

from tests.acceptance.cases.case_town import PARTS
from tests.acceptance.outside import Outside
from tests.acceptance.program import Program
from tests.acceptance.ready.outages import Wire
from tests.chaos.load import publish
from tests.support.eventually import PATIENCE, eventually
from tests.support.nodes import Management, OwnRabbit, in_vhost

_LOOK_EVERY: Final = 0.1
_PAUSE: Final = 2.5
"""Seconds between two batches of 250 complaints: a hundred a second."""
_MANY: Final = 10**5
"""More complaints than come in during one outage."""


@dataclass(slots=True)
class Seen:
    """What a program said of itself: seconds until it was not ready and until it was again, what
    was wanting, and how often it said ready in between."""

    not_ready_after: float | None = None
    ready_after: float | None = None
    said: set[str] = field(default_factory=set)
    flickers: int = 0
    blocked: bool = False


class ReadyTown:
    """Programs that reach their node through a wire which may be held."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.rabbit = OwnRabbit(folder / "rabbitmq")
        self.management: Management = self.rabbit.management()
        self.vhost = self.management.add_vhost()
        self.state_dir = folder / "state"
        url = URL(in_vhost(self.rabbit.url, self.vhost))
        self.url = str(url)
        self.wire = Wire(url.host or "127.0.0.1", url.port or 5672)
        through = str(url.with_host("127.0.0.1").with_port(self.wire.port))
        management_url = self.rabbit.management_url or ""
        self.programs: dict[str, Program] = {}
        self._loads = 0
        self._routed = 0.0
        for part in PARTS:
            self.programs[part] = Program(
                part, through, self.state_dir, MANAGEMENT_URL=management_url, **settings
            )

    def end(self) -> None:
        try:
            for program in self.programs.values():
                program.stop()
        finally:
            for program in self.programs.values():
                program.kill()
            self.wire.close()
            self.rabbit.stop()

    def all_ready(self) -> None:
        for name, program in self.programs.items():
            eventually(lambda p=program: p.get("/readyz")[0] == 200, saying=f"{name} is ready")  # type: ignore[misc]  # the program of this turn

    def befalls(
        self, outage: AbstractContextManager[object], lasts: float
    ) -> tuple[dict[str, Seen], float]:
        """Let it happen; gives what each program said of itself, and after how many seconds a
        complaint was routed again."""
        self.all_ready()
        seen = {name: Seen() for name in self.programs}
        with outage:
            began = time.monotonic()
            watchers = [
                threading.Thread(target=self._watch, args=(program, seen[name], began, lasts))
                for name, program in self.programs.items()
            ]
            _run(watchers)
        over = time.monotonic()
        routed = threading.Thread(target=self._until_routed, args=(over,))
        again = [
            threading.Thread(target=self._until_ready, args=(program, seen[name], over))
            for name, program in self.programs.items()
        ]
        _run([routed, *again])
        return seen, self._routed

    def _watch(self, program: Program, seen: Seen, began: float, lasts: float) -> None:
        while (now := time.monotonic() - began) < PATIENCE + lasts:
            status, told = readyz(program)
            if status != 200 and seen.not_ready_after is None:
                seen.not_ready_after = time.monotonic() - began
            if status == 200 and seen.not_ready_after is not None:
                seen.flickers += 1
            if status != 200:
                seen.said |= {f"{condition}: {why}" for condition, why in told["wanting"].items()}
                assert set(told["since"]) == set(told["wanting"])
                seen.blocked = seen.blocked or program.metric("pintu_broker_blocked") == 1
            if seen.not_ready_after is not None and now > seen.not_ready_after + lasts:
                return
            time.sleep(_LOOK_EVERY)

    def _until_ready(self, program: Program, seen: Seen, over: float) -> None:
        while time.monotonic() - over < PATIENCE:
            if readyz(program)[0] == 200:
                seen.ready_after = time.monotonic() - over
                return
            time.sleep(_LOOK_EVERY)

    def _until_routed(self, over: float) -> None:
        """Until the router has routed something that came after the outage."""
        before = self.programs["router"].metric("pintu_complaints_routed_total", agency="dlh")
        outside = Outside(self.url)
        outside.publish("web", b"sampah menumpuk", content_type="text/plain")
        outside.close()
        router = self.programs["router"]
        while time.monotonic() - over < PATIENCE:
            if router.metric("pintu_complaints_routed_total", agency="dlh") > before:
                break
            time.sleep(_LOOK_EVERY)
        self._routed = time.monotonic() - over

    def sessions(self) -> dict[str, int]:
        """How many each program has begun so far: with the end of one, what it has comes back."""
        return {
            name: [line["event"] for line in program.log()].count("consumer.started")
            for name, program in self.programs.items()
        }

    def parked(self) -> int:
        outside = Outside(self.url)
        try:
            return outside.depth("parked")
        finally:
            outside.close()

    @contextmanager
    def load(self) -> Iterator[None]:
        """Complaints come in all the while, by somebody who tries again through every outage."""
        loop = asyncio.new_event_loop()
        self._loads += 1
        numbers = range(self._loads * _MANY, (self._loads + 1) * _MANY)
        task = loop.create_task(publish(self.url, numbers, set(), _PAUSE))
        thread = threading.Thread(target=_until_cancelled, args=(loop, task), daemon=True)
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(task.cancel)
            thread.join(PATIENCE)
            loop.close()


def readyz(program: Program) -> tuple[int, dict[str, Any]]:
    status, body = program.get("/readyz")
    told: dict[str, Any] = json.loads(body)
    return status, told


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)


def _run(threads: "list[threading.Thread]") -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
