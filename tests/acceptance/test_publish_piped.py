"""`pintu publish` fed through a pipe: outages and interruptions in the middle."""

import asyncio
import json
import shlex
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from yarl import URL

from tests.acceptance.outside import Message, Outside
from tests.acceptance.program import PINTU, environment, pintu
from tests.contract.gate import gate_to
from tests.support.eventually import PATIENCE


@pytest.fixture
def settings(town: Outside, tmp_path: Path) -> dict[str, str]:
    return {"AMQP_URL": town.url, "STATE_DIR": str(tmp_path / "state")}


def numbers(messages: list[Message], mark: str) -> Counter[int]:
    """Which complaints arrived, and how often."""
    texts = [m.data["complaint"]["text"] for m in messages]
    return Counter(int(text.split(f"{mark}-")[1].split("-")[0]) for text in texts)


class Piped:
    """`pintu publish -` at work, fed line by line."""

    def __init__(self, settings: dict[str, str], *words: str) -> None:
        self.process = subprocess.Popen(
            [PINTU, "publish", "-", "--format", "jsonl", *words],
            env=environment(**settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def write(self, lines: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(lines)
        self.process.stdin.flush()

    def says(self, words: bytes) -> bytes:
        """Read its standard error up to a line with these words; gives all that was read."""
        assert self.process.stderr is not None
        said = b""
        while words not in said:
            line = self.process.stderr.readline()
            assert line, said
            said += line
        return said

    def end(self) -> tuple[int, bytes, bytes]:
        """Exit code, standard output and error."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def piped() -> Iterator[list[Piped]]:
    """What is put in here ends with the test."""
    started: list[Piped] = []
    yield started
    for one in started:
        one.process.kill()
        one.process.communicate()


def json_lines(mark: str, which: range) -> bytes:
    return b"".join(
        json.dumps({"text": f"sampah tidak diangkut {mark}-{n}-"}).encode() + b"\n" for n in which
    )


async def test_an_outage_in_the_middle_is_waited_out_and_nothing_is_lost(
    town: Outside, settings: dict[str, str], piped: list[Piped], mark: str
) -> None:
    url = URL(town.url)
    async with gate_to(url.host or "", url.port or 0) as gate:
        through = str(url.with_host("127.0.0.1").with_port(gate.port))
        publishing = Piped(settings | {"AMQP_URL": through})
        piped.append(publishing)
        await asyncio.to_thread(publishing.write, json_lines(mark, range(1_000)))
        # A line comes as soon as it was written: no whole batch is waited for.
        await asyncio.to_thread(town.arrived, mark, 1_000)
        await gate.shut()
        writing = asyncio.create_task(
            asyncio.to_thread(publishing.write, json_lines(mark, range(1_000, 2_000)))
        )
        await asyncio.to_thread(publishing.says, b"trying again in")
        await gate.open()
        await asyncio.to_thread(publishing.says, b"RabbitMQ is back, going on")
        await writing
        code, out, _ = await asyncio.to_thread(publishing.end)
        assert code == 0
        assert out.startswith(b"published  2,000 complaints")
        messages = await asyncio.to_thread(town.arrived, mark, 2_000)
    assert numbers(messages, mark) == dict.fromkeys(range(2_000), 1)


async def test_a_broker_that_hangs_in_the_middle_does_not_hold_an_interruption(
    town: Outside, settings: dict[str, str], piped: list[Piped], mark: str
) -> None:
    url = URL(town.url)
    async with gate_to(url.host or "", url.port or 0) as gate:
        through = str(url.with_host("127.0.0.1").with_port(gate.port))
        publishing = Piped(settings | {"AMQP_URL": through}, "--name", mark)
        piped.append(publishing)
        await asyncio.to_thread(publishing.write, json_lines(mark, range(10)))
        await asyncio.to_thread(town.arrived, mark, 10)
        gate.hold()
        await asyncio.to_thread(publishing.write, json_lines(mark, range(10, 20)))
        publishing.process.send_signal(signal.SIGTERM)
        code, out, err = await asyncio.to_thread(publishing.end)
    assert code == 128 + signal.SIGTERM
    assert out.startswith(b"published  10 complaints")
    assert f"--from 11 --name {mark}".encode() in err


def test_an_interruption_says_where_to_go_on(
    town: Outside, settings: dict[str, str], piped: list[Piped], mark: str
) -> None:
    publishing = Piped(settings)
    piped.append(publishing)
    publishing.write(json_lines(mark, range(100)))
    town.arrived(mark, 100)
    publishing.process.send_signal(signal.SIGINT)  # while it waits for more
    code, out, err = publishing.end()
    assert code == 128 + signal.SIGINT
    assert out.startswith(b"published  100 complaints")
    advice = err.decode().splitlines()[-1]
    words = shlex.split(advice)
    assert words[:5] == ["pintu", "publish", "-", "--format", "jsonl"]
    assert words[5:7] == ["--from", "101"]
    # As it says, and also from further back: what was sent before is known.
    words[6] = "51"
    done = pintu(*words[1:], settings=settings, given=json_lines(mark, range(150)))
    assert done.returncode == 0
    assert done.stdout.startswith(b"published  100 complaints")
    assert numbers(town.arrived(mark, 150), mark) == dict.fromkeys(range(150), 1)


def test_two_pipes_that_say_the_same_are_two_batches(
    town: Outside, settings: dict[str, str], mark: str
) -> None:
    for _ in range(2):
        lines = json_lines(mark, range(1))
        assert pintu("publish", "-", "--format", "jsonl", settings=settings, given=lines).stdout
    assert len(town.arrived(mark, 2)) == 2
