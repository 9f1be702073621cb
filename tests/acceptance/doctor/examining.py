"""`pintu doctor` on real installations: in this process where a fault is planted, as its users have
it where all is well."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

from consumers.runtime.agreed_clock import AgreedClock
from consumers.runtime.clock import agreed_clock
from pintu.app import program_version
from pintu.doctor import Examined, Probes, examine, findings, read_environment
from pintu.doctor.finding import Finding
from tests.acceptance.program import TOWN, pintu

Settings = Mapping[str, str]
"""By the name of a variable without its prefix; empty: unset."""


@dataclass(frozen=True)
class Fault:
    """What doctor has to find: the check, and others that cannot be had without it. ``changes``:
    of the settings."""

    check: str
    changes: Settings
    also: Collection[str] = ()


def examined(settings: Settings, clock: AgreedClock | None = None) -> list[Examined]:
    variables = {f"PINTU_{name}": value for name, value in settings.items()}
    environment, usable = read_environment(variables)
    probes = Probes(environment, usable, clock or agreed_clock())
    return examine(asyncio.run(probes.gather(program_version())))


def found(settings: Settings, clock: AgreedClock | None = None) -> dict[str, list[Finding]]:
    """Findings by the check's code."""
    by_check: dict[str, list[Finding]] = {}
    for one, finding in findings(examined(settings, clock)):
        by_check.setdefault(one.check.code, []).append(finding)
    return by_check


def finds(fault: Fault, settings: Settings) -> dict[str, list[Finding]]:
    """What is found: that fault, and nothing that has nothing to do with it."""
    by_check = found({**settings, **fault.changes})
    assert fault.check in by_check, f"not found; found were {by_check}"
    assert by_check.keys() <= {fault.check, *fault.also}, by_check
    return by_check


def nothing_is_found(settings: Settings) -> dict[str, Any]:
    """As an operator runs it; gives what it says of what it did not see."""
    given = {name: value for name, value in settings.items() if value}
    done = pintu("doctor", "--json", settings=given)
    record: dict[str, Any] = json.loads(done.stdout)
    assert record["findings"] == []
    assert (done.returncode, record["ok"]) == (0, True), done.stderr
    assert b"Traceback" not in done.stderr
    return record


def town_with_holidays(folder: Path) -> Path:
    """The town, with a cuti bersama this year and the next: the library may lack those of the
    next when this runs."""
    copytree(TOWN, folder)
    year = datetime.now(UTC).year
    days = [f'[[day_off]]\ndate = {y}-08-18\nreason = "Cuti bersama"\n' for y in (year, year + 1)]
    (folder / "holidays.toml").write_text("\n".join(days))
    return folder
