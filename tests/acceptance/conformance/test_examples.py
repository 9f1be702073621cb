"""The examples in five languages pass the check: each is run as a reader of the page runs it."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from broker.node import Node
from pintu.conformance.check import check
from pintu.conformance.record import Kind
from pintu.conformance.rule import Finding, Verdict
from pintu.conformance.session import Session
from pintu.conformance.stage import Stage, session
from tests.acceptance.conformance.checking import (
    ANY_PORT,
    Found,
    all_checked,
    of,
    step_named,
    steps_of,
)
from tests.acceptance.conformance.languages import EXAMPLES, LANGUAGES, Language
from tests.support.eventually import PATIENCE

pytestmark = pytest.mark.slow

AT_ONCE: Final = 3
"""Each has a process or two, of which Java's are large."""
BY_HTTP: Final = {"confirms", "mandatory", "lost-confirm", "refused-publish"}
"""What cannot be seen of a program that publishes by RabbitMQ's HTTP API."""
KINDS: Final[tuple[Kind, ...]] = ("adapter", "agency")


@pytest.fixture(scope="module")
def found(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Every example of the languages that are here."""
    folder = tmp_path_factory.mktemp("examples")
    here = {language.name: language for language in LANGUAGES if not language.missing()}

    async def checked(set_up: Stage, kind: Kind, code: str, name: str) -> list[Finding]:
        async with session(set_up, kind, code, PATIENCE, ANY_PORT) as running:
            example = Example(here[name], running, set_up.address.management_url or "", folder)
            return await example.checked()

    return all_checked(
        rabbitmq, folder, {"adapter": list(here), "agency": list(here)}, checked, AT_ONCE
    )


class Example:
    """An adapter or an agency's system, and the people in front of it."""

    def __init__(
        self, language: Language, running: Session, management_url: str, folder: Path
    ) -> None:
        self.running = running
        self.kind, code = running.record.kind, running.record.code
        self.command = language.run(self.kind, folder)
        vhost = urlsplit(running.relay.url).path.lstrip("/")
        # Tests do not look for modules in the folder of a program; who writes an adapter does.
        ours = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
        self.environment = ours | {
            "PINTU_AMQP_URL": running.relay.url,
            "PINTU_MANAGEMENT_URL": management_url,
            "VHOST": vhost,
            "CHANNEL": code,
            "AGENCY": code,
        }
        self.log = folder / f"{code}-{language.name}.log"
        self.steps: asyncio.Queue[str] = asyncio.Queue()
        self.told: list[str] = []
        self.first = ""

    async def checked(self) -> list[Finding]:
        """The check with the program at work, and people who do what they are asked to."""
        words = ["listen"] if self.kind == "adapter" else []
        program = await self._started(*words)
        jobs: list[asyncio.Future[Any]] = [asyncio.create_task(self._read(program))]
        if self.kind == "adapter":
            jobs.append(asyncio.create_task(self._people()))

        def tell(how: str, line: str) -> None:
            if how == "waits":
                self.steps.put_nowait(step_named(line))

        try:
            checking = asyncio.ensure_future(check(self.running, steps_of(self.kind), tell))
            ended = asyncio.create_task(program.wait())
            jobs += [checking, ended]
            await asyncio.wait((checking, ended), return_when=asyncio.FIRST_COMPLETED)
            assert checking.done(), f"it ended: {self.log.read_text()[-2000:]}"
            found = checking.result()
            for job in jobs:
                if job.done():
                    job.result()
            return found
        finally:
            for job in jobs:
                job.cancel()
            with suppress(ProcessLookupError):
                os.killpg(program.pid, 9)  # the shell's has children
            await program.wait()

    async def _started(self, *words: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.command,
                *words,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    async def _read(self, program: asyncio.subprocess.Process) -> None:
        """What the adapter tells the reporters."""
        assert program.stdout
        async for line in program.stdout:
            self.told.append(line.decode().strip())
            self.running.record.seen.news.set()

    async def _people(self) -> None:
        while True:
            match await self.steps.get():
                case "submit":
                    self.first = await self._run("send", "Lampu jalan mati di depan sekolah.")
                case "lost-confirm" | "refused" as step:
                    await self._run("send", f"Sampah tidak diangkut: {step}.")
                case "replied":
                    await self._hears("held")
                    await self._run("say", "replied", self.first, "Yang di depan gerbang.")
                case "accepted":
                    await self._hears("resolved")
                    await self._run("say", "accepted", self.first)
                case "withdrawn":
                    code = await self._run("send", "Jalan rusak, tetapi tidak jadi melapor.")
                    await self._run("say", "withdrawn", code)

    async def _run(self, *words: str) -> str:
        program = await self._started(*words)
        said, _ = await program.communicate()
        assert program.returncode == 0, self.log.read_text()
        return said.decode().strip()

    async def _hears(self, verb: str) -> None:
        """The reporter acts on what the adapter told about the first complaint's code."""
        start = f"{self.first} {verb}"
        heard = self.running.until(lambda: any(line.startswith(start) for line in self.told))
        assert await heard, self.told


def failures(found: Found, kind: Kind, name: str) -> dict[str, str]:
    return of(found[kind, name], Verdict.FAIL)


def skip_where_missing(language: Language) -> None:
    if missing := language.missing():
        why = f"not installed: {', '.join(missing)}; make setup-test"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(why)
        pytest.fail(why)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_the_example_keeps_the_contract(found: Found, kind: Kind, language: Language) -> None:
    skip_where_missing(language)
    assert failures(found, kind, language.name) == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_the_example_shows_all_that_can_be_seen(
    found: Found, kind: Kind, language: Language
) -> None:
    skip_where_missing(language)
    unseen: set[str] = set(of(found[kind, language.name], Verdict.NOT_SEEN))
    beyond = {
        "adapter": {"receipts", "tells-once", "shows-tracking"},
        "agency": {"held", "receipts", "escapes-notes"},
    }
    assert unseen == beyond[kind] | (BY_HTTP if language.name == "shell" else set())


def test_every_language_has_both_programs_and_the_code() -> None:
    programs: Sequence[str] = ("adapter", "agency", "tracking")
    for language in LANGUAGES:
        files = {file.stem.lower() for file in (EXAMPLES / language.name).iterdir()}
        assert files - {"__pycache__"} == set(programs)
    assert {folder.name for folder in EXAMPLES.iterdir()} == {one.name for one in LANGUAGES}
