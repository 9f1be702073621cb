"""The units for systemd: valid by systemd itself, confined, and true to the program."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from config.variables import SETTINGS
from consumers.runtime.service import PORTS
from tests.support.units import PROGRAM, SYSTEMD, Unit

UNITS: Final = sorted(
    file.name for file in SYSTEMD.iterdir() if file.suffix in (".service", ".target", ".timer")
)
SERVICES: Final = [name for name in UNITS if name.endswith(".service")]
ONCE: Final = ("pintu-backup.service", "pintu-learn.service")
"""What a timer starts."""
RUNS: Final = [name for name in SERVICES if name not in ONCE]
BY_CHOICE: Final = ("pintu-learner.service",)
"""What the target does not bring up by itself; it needs no RabbitMQ."""
EXPOSURE: Final = 15
"""Tenths, of what systemd makes of a unit; it calls everything up to 20 OK."""


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with all of them, where the program is one that is there."""
    for name in UNITS:
        text = (SYSTEMD / name).read_text().replace(PROGRAM, "/bin/true")
        (tmp_path / name).write_text(text)
        if "@" in name:
            (tmp_path / name.replace("@", "@9464")).write_text(text)
    return tmp_path


def analyze(*words: str, within: Path) -> str:
    """What systemd-analyze says; without it the test is skipped, and fails with `CI` set."""
    if shutil.which("systemd-analyze") is None:
        reason = "systemd-analyze is not installed: sudo apt-get install systemd"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(reason)
        pytest.fail(reason)
    done = subprocess.run(
        ["systemd-analyze", *words], cwd=within, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_finds_no_fault_in_any_of_them(units: Path) -> None:
    names = [f"./{name.replace('@', '@9464')}" for name in UNITS]
    assert analyze("verify", "--recursive-errors=no", *names, within=units).strip() == ""


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_calls_a_service_well_confined(name: str, units: Path) -> None:
    analyze(*("security", "--offline=true", f"--threshold={EXPOSURE}", f"./{name}"), within=units)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_nobody_and_can_write_nothing_but_its_own_folders(name: str) -> None:
    unit = Unit.read(name)
    assert unit.one("User") == "pintu"
    assert unit.one("CapabilityBoundingSet") == ""
    assert unit.one("NoNewPrivileges") == unit.one("MemoryDenyWriteExecute") == "yes"
    assert unit.one("ProtectSystem") == "strict"
    assert unit.settings["SystemCallFilter"] == ("@system-service", "~@privileged @resources")
    assert unit.words("StateDirectory") == ["pintu"]
    written = unit.words("ReadWritePaths")
    assert written == (["/var/backups/pintu"] if name == "pintu-backup.service" else [])


def test_all_services_are_confined_in_the_same_words() -> None:
    mark = "# What a service of Pintu may do"
    blocks = {
        name: (SYSTEMD / name).read_text().partition(mark)[2].partition("[Install]")[0].strip()
        for name in RUNS
    }
    assert len(set(blocks.values())) == 1, blocks


@pytest.mark.parametrize("name", RUNS)
def test_a_password_is_handed_over_as_a_file_that_only_the_service_can_read(name: str) -> None:
    unit = Unit.read(name, "postgresql.conf")
    needed = ("database_url",) if name in BY_CHOICE else ("amqp_url", "database_url")
    assert unit.secrets() == {one: f"/etc/pintu/secrets/{one}" for one in needed}
    given = unit.environment(Path("/run/credentials"), Path("/var/lib"))
    secret = {f"PINTU_{setting.name}" for setting in SETTINGS if setting.secret}
    assert not secret & given.keys()
    for one in needed:
        variable = f"PINTU_{one.upper()}_FILE"
        assert given[variable].startswith("/run/credentials/")
    folder = re.search(
        r"^d /etc/pintu/secrets (\d+) root root$",
        (SYSTEMD / "pintu.tmpfiles.conf").read_text(),
        re.M,
    )
    assert folder and folder[1] == "0700"


@pytest.mark.parametrize("name", RUNS)
def test_a_service_listens_where_its_command_does_by_default(name: str) -> None:
    command = Unit.read(name).one("ExecStart").removeprefix(f"{PROGRAM} run ")
    unit = Unit.read(name, instance=str(PORTS[command]))
    given = unit.environment(Path("/run/credentials"), Path("/var/lib"))
    assert given["PINTU_HTTP"] == f"127.0.0.1:{PORTS[command]}"


@pytest.mark.parametrize("name", RUNS)
def test_a_service_is_started_again_except_where_a_person_has_to_change_something(
    name: str,
) -> None:
    unit = Unit.read(name)
    assert unit.one("Restart") == "always"
    assert unit.one("StartLimitIntervalSec") == "0"
    assert unit.words("RestartPreventExitStatus") == ["2", "69", "78"]
    assert unit.words("SuccessExitStatus") == ["130", "143"]
    documented = (SYSTEMD.parents[1] / "docs" / "reference" / "exit-codes.md").read_text()
    for code in ("2", "69", "78", "130", "143"):
        assert f"`{code}`" in documented


def test_the_target_brings_up_everything_that_runs() -> None:
    wanted = Unit.read("pintu.target").words("Wants")
    assert sorted(re.sub(r"@\d+", "@", name) for name in wanted) == [
        name for name in RUNS if name not in BY_CHOICE
    ]
    for name in RUNS:
        unit = Unit.read(name)
        assert unit.one("PartOf") == "pintu.target"
        assert unit.one("WantedBy") == "pintu.target"
