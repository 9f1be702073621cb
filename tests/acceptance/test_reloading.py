"""The rules of a town are edited while the program serves it."""

import os
import pty
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.outside import Message, Outside
from tests.acceptance.program import PINTU, TOWN, Program, Router, environment
from tests.support.eventually import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the town's configuration."""
    return Path(shutil.copytree(TOWN, tmp_path / "config"))


@pytest.fixture
def everything(
    amqp_url: str, management_url: str, tmp_path: Path, folder: Path
) -> Iterator[Program]:
    """`pintu run all` on that copy; in the end it leaves well."""
    settings = {"CONFIG_DIR": str(folder), "MANAGEMENT_URL": management_url}
    program = Program("all", amqp_url, tmp_path / "state", **settings)
    yield program
    program.stop()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def told(program: Program, event: str) -> list[dict[str, Any]]:
    return [line for line in program.log() if line["event"] == event]


def goes_to(outside: Outside, text: str, agency: str) -> Message:
    outside.publish("web", text.encode())
    (message,) = outside.take(f"agency.{agency}", 1)
    return message


def test_the_next_complaint_goes_by_the_edited_rules_also_to_an_agency_that_is_new(
    everything: Program, amqp_url: str, folder: Path
) -> None:
    outside = Outside(amqp_url)
    assert goes_to(outside, "sampah menumpuk", "dlh").data["decision"]["table"] == "1"
    outside.take("channel.web", 1)

    with (folder / "agencies.toml").open("a") as agencies:
        agencies.write('\n[[agency]]\ncode = "dlh-baru"\nname = "Dinas Kebersihan"\n')
    edit(folder / "topics" / "all.toml", 'agency = "dlh"', 'agency = "dlh-baru"')
    edit(folder / "rules.toml", 'version = "1"', 'version = "2"')
    eventually(lambda: told(everything, "rules.reloaded"), saying="the rules are reloaded")

    decision = goes_to(outside, "sampah menumpuk lagi", "dlh-baru").data["decision"]
    assert decision["table"] == "2"
    (line,) = told(everything, "rules.reloaded")
    assert (line["old"], line["new"], line["agencies_added"]) == ("1", "2", ["dlh-baru"])
    assert everything.metric("pintu_rules_reloads_total", outcome="reloaded") == 1
    assert everything.metric("pintu_rules_info", table="2") == 1
    assert everything.get("/readyz")[0] == 200
    # The case consumer knows the new agency as well.
    (said,) = outside.take("channel.web", 1)
    assert said.data["agency_name"] == "Dinas Kebersihan"
    outside.close()


def test_a_bad_edit_changes_nothing_but_the_log_and_a_metric(
    everything: Program, amqp_url: str, folder: Path
) -> None:
    outside = Outside(amqp_url)
    edit(folder / "topics" / "all.toml", 'agency = "dlh"', 'agency = "nobody"')
    eventually(lambda: told(everything, "rules.refused"), saying="the rules are refused")
    goes_to(outside, "sampah menumpuk", "dlh")
    (line,) = told(everything, "rules.refused")
    assert "topics/all.toml:1" in line["first"][0] and "nobody" in line["first"][0]
    assert everything.metric("pintu_rules_reloads_total", outcome="refused") == 1
    assert everything.metric("pintu_rules_refused") == 1
    assert everything.get("/readyz")[0] == 200
    outside.close()


def test_open_deadlines_follow_a_holiday_that_is_added(
    everything: Program, amqp_url: str, folder: Path
) -> None:
    outside = Outside(amqp_url)
    goes_to(outside, "sampah menumpuk", "dlh")
    outside.take("channel.web", 1)
    soon = date.today() + timedelta(days=1)
    week = [soon + timedelta(days=day) for day in range(7)]
    days = [f'[[day_off]]\ndate = {day}\nreason = "Banjir"\n' for day in week]
    (folder / "holidays.toml").write_text("\n".join(days))
    (line,) = eventually(lambda: told(everything, "cases.amended"), saying="deadlines follow")
    assert line["cases"] == 1
    outside.close()


def test_sighup_with_the_shipped_configuration_is_answered_and_changes_nothing(
    start: Callable[..., Router],
) -> None:
    router = start(CONFIG_DIR="")
    router.signal(signal.SIGHUP)
    (line,) = eventually(lambda: told(router, "rules.unchanged"), saying="it is answered")
    assert router.metric("pintu_rules_info", table=line["version"]) == 1
    assert router.get("/readyz")[0] == 200
    router.stop()


def test_who_closes_the_terminal_ends_the_program(
    amqp_url: str, management_url: str, tmp_path: Path
) -> None:
    """There SIGHUP means what its name says."""
    ours, theirs = pty.openpty()
    settings = {
        "AMQP_URL": amqp_url,
        "MANAGEMENT_URL": management_url,
        "STATE_DIR": str(tmp_path),
        "CONFIG_DIR": str(TOWN),
        "HTTP": "off",
    }
    program = subprocess.Popen(
        [PINTU, "run", "router"],
        env=environment(**settings),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        shown = b""
        while b"consumer.started" not in shown:
            shown += os.read(ours, 65536)
        os.close(ours)
        program.send_signal(signal.SIGHUP)  # a terminal of its session would do so itself
        assert program.wait(20) == 0
    finally:
        program.kill()
        program.wait()
