"""The programs that come with the exported contract do what they say, on a real RabbitMQ."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest

from pintu.contract.examples import PROGRAMS, program
from schemas.identifiers import complaint_id, tracking
from tests.acceptance.outside import Outside
from tests.support.eventually import PATIENCE, eventually
from tests.unit.pintu.contract.contract import faults

AMQPLIB: Final = Path("/usr/share/php/PhpAmqpLib/autoload.php")
"""Where Debian's package php-amqplib puts it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As a PHP programmer has it: the programs, and the library below vendor/."""
    if shutil.which("php") is None or not AMQPLIB.is_file():
        missing = "php and php-amqplib are not installed: make setup-test"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(missing)
        pytest.fail(missing)
    for name in PROGRAMS:
        (tmp_path / name).write_text(program(name), "utf-8")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "autoload.php").write_text(f"<?php require '{AMQPLIB}';\n")
    return tmp_path


def environment(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return os.environ | {
        "AMQP_HOST": parts.hostname or "",
        "AMQP_PORT": str(parts.port),
        "AMQP_USER": unquote(parts.username or ""),
        "AMQP_PASSWORD": unquote(parts.password or ""),
        "AMQP_VHOST": unquote(parts.path.removeprefix("/")) or "/",
    }


@pytest.fixture
def agency(folder: Path, town: Outside) -> Iterator[Path]:
    """The agency's program runs; what it prints goes into the file that this gives."""
    town.drain_all()
    printed = folder / "printed"
    with printed.open("wb") as outgoing:
        running = subprocess.Popen(
            ["php", "agency.php", "dishub"],
            cwd=folder,
            env=environment(town.url),
            stdout=outgoing,
            stderr=subprocess.STDOUT,
        )
        yield printed
        running.terminate()
        running.wait(PATIENCE)


def hands_over(folder: Path, url: str, id: str, text: str) -> str:
    done = subprocess.run(
        ["php", "adapter.php", id, text],
        cwd=folder,
        env=environment(url),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    return done.stdout + done.stderr


def test_an_adapter_hands_over_and_an_agency_answers(
    folder: Path, agency: Path, town: Outside, mark: str
) -> None:
    id = f"php-{mark}"
    text = f"Lampu jalan mati di pasar {mark}"
    complaint = complaint_id("/channels/web", id)
    for _ in range(2):  # the same again is no second one
        assert hands_over(folder, town.url, id, text) == "handed over\n"
    line = f"{tracking(complaint)}: {text}"
    eventually(lambda: line in agency.read_text("utf-8").splitlines(), saying="the agency has it")
    said = [
        one
        for one in town.stream(town.pass_through())
        if one.key == "agency.dishub.acknowledged" and one.event["subject"] == str(complaint)
    ]
    assert [faults("update.acknowledged", one.event) for one in said] == [[]]
    assert said[0].event["source"] == "/agencies/dishub"
    assert agency.read_text("utf-8").splitlines().count(line) == 1
