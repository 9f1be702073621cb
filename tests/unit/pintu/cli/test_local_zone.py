"""Local time is that of the configuration: two regions do not have the same day at night."""

import json
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from broker.errors import BadConfiguration
from config.loading.clocks import SHIPPED, load_clocks, load_zone
from consumers.runtime.clock import SystemClock
from pintu.cli.local_day import today
from pintu.cli.main import app
from pintu.publishing.command import Publishing
from pintu.publishing.complaints import Item, Ready
from pintu.rules.evaluating import diff, scoring
from tests.support.regions import SMALL_REGION

NIGHT = datetime(2025, 6, 1, 16, tzinfo=UTC)
"""23:00 of the first in Jakarta, 01:00 of the second in Jayapura."""
ZONES = pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Jakarta", date(2025, 6, 1)), ("Asia/Jayapura", date(2025, 6, 2))]
)
PRODUCT = ("pintu", "gateway", "consumers", "config", "broker", "schemas")


def region(folder: Path, zone: str) -> Path:
    """A configuration in that zone, with an agency for the second of June alone."""
    shutil.copytree(SMALL_REGION, folder, copy_function=shutil.copyfile)
    sla = (SHIPPED / "sla.toml").read_text()
    (folder / "sla.toml").write_text(sla.replace("Asia/Jakarta", zone))
    with (folder / "agencies.toml").open("a") as agencies:
        agencies.write(
            '\n[[agency]]\ncode = "satu-hari"\nname = "Dinas Satu Hari"\n'
            "valid_from = 2025-06-02\nvalid_until = 2025-06-03\n"
        )
    return folder


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _: NIGHT)


def run(*words: str) -> str:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stdout


@ZONES
@pytest.mark.usefixtures("night")
def test_today_is_the_day_where_the_configuration_is_at_home(
    zone: str, day: date, tmp_path: Path
) -> None:
    folder = region(tmp_path / "region", zone)
    assert load_zone(folder) == load_clocks(folder).calendar.zone
    assert today(folder) == day


@ZONES
@pytest.mark.usefixtures("night")
def test_route_asks_the_rules_of_the_local_day(zone: str, day: date, tmp_path: Path) -> None:
    folder = region(tmp_path / "region", zone)
    told = run("route", "x", "--agency", "satu-hari", "--json", "--config", str(folder))
    assert (json.loads(told)["agency"] == "satu-hari") == (day == date(2025, 6, 2))


@ZONES
@pytest.mark.usefixtures("night")
def test_evaluate_and_diff_ask_the_rules_of_the_local_day(
    zone: str, day: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = region(tmp_path / "region", zone)
    history = tmp_path / "history.csv"
    history.write_text("text,agency\nsampah menumpuk di desa Serdang,dlh\n")
    days = []

    def noted(decide: Any) -> Any:
        def deciding(*args: Any, on: date, **more: Any) -> Any:
            days.append(on)
            return decide(*args, on=on, **more)

        return deciding

    for module in (diff, scoring):
        monkeypatch.setattr(module, "decide", noted(module.decide))
    run("rules", "evaluate", str(history), "--config", str(folder))
    run("rules", "diff", str(SMALL_REGION), str(folder), "--on", str(history))
    assert len(days) >= 2
    assert set(days) == {day}


@ZONES
def test_a_moment_without_an_offset_is_published_as_local_time(
    zone: str, day: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: list[Item] = []

    async def keep(self: Publishing, given: Any) -> None:
        items.extend(given)

    monkeypatch.setattr(Publishing, "run", keep)
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(region(tmp_path / "region", zone)))
    file = tmp_path / "one.csv"
    file.write_text("text,time,occurred_at\nsampah,2025-06-01T08:00,2025-06-01T07:00\n")
    run("publish", str(file))
    [item] = items
    assert isinstance(item, Ready)
    offset = {"Asia/Jakarta": "+07:00", "Asia/Jayapura": "+09:00"}[zone]
    event = json.loads(item.message.body)
    assert event["time"] == f"2025-06-01T08:00:00{offset}"
    assert event["data"]["occurred_at"] == f"2025-06-01T07:00:00{offset}"


def test_a_zone_that_cannot_be_had_is_told_with_its_file(tmp_path: Path) -> None:
    folder = region(tmp_path / "region", "Asia/Jayapuro")
    with pytest.raises(BadConfiguration, match=r"sla\.toml: calendar, zone: no time zone is call"):
        load_zone(folder)
    with pytest.raises(BadConfiguration, match="no such folder"):
        load_zone(tmp_path / "nowhere")


def test_no_zone_is_fixed_in_the_program() -> None:
    root = Path(__file__).parents[4]
    fixed = re.compile(r"""Asia/\w+|ZoneInfo\(\s*["']|\.now\(\)\.date\(\)""")
    # Which zone each province lies in is a table of the doctor, who compares.
    table = root / "pintu" / "doctor" / "checks" / "configuration.py"
    files = (file for part in PRODUCT for file in (root / part).rglob("*.py") if file != table)
    assert not [str(file) for file in files if fixed.search(file.read_text())]
