"""What the probes make of files, variables and certificates."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from config.loading.clocks import SHIPPED
from config.loading.learned import MODEL
from pintu.doctor import examine, findings
from pintu.doctor.finding import seen
from pintu.doctor.probes.certificates import in_file
from pintu.doctor.probes.configuration import look_at_configuration
from pintu.doctor.probes.environment import read_environment
from pintu.doctor.probes.files import look_at_folder
from tests.support.authority import Authority
from tests.support.regions import SMALL_REGION
from tests.unit.pintu.doctor.healthy import HEALTHY

PASSWORD = "rahasia-sekali"


def test_settings_are_made_of_what_is_usable(tmp_path: Path) -> None:
    environment, settings = read_environment(
        {
            "PINTU_AMQP_URL": f"amqp://u:{PASSWORD}@h:none/",
            "PINTU_HTTP": "nowhere",
            "PINTU_STATE_DIR": str(tmp_path),
            "PINTU_CLOCK": "3",
            "PINTU_CLOCK_SPEED": "0",
            "HOME": "x",
        }
    )
    assert settings.state_dir == tmp_path
    assert (settings.amqp_url, settings.http, settings.clock_speed) == (None, None, 1.0)
    assert {one.name: one.unknown for one in environment.wrong} == {
        "PINTU_CLOCK": True,
        "PINTU_AMQP_URL": False,
        "PINTU_HTTP": False,
        "PINTU_CLOCK_SPEED": False,
    }
    assert PASSWORD not in str(environment)


def test_a_variable_that_is_set_twice_is_used_in_neither_way(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("amqp://h/")
    environment, settings = read_environment(
        {"PINTU_AMQP_URL": "amqp://g/", "PINTU_AMQP_URL_FILE": str(file)}
    )
    assert settings.amqp_url is None
    assert [one.name for one in environment.wrong] == ["PINTU_AMQP_URL_FILE"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604])
def test_the_rights_of_a_password_file_are_told(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "url"
    file.write_text("amqp://h/")
    file.chmod(mode)
    environment, settings = read_environment({"PINTU_AMQP_URL_FILE": str(file)})
    assert [one.mode for one in environment.files] == [mode]
    assert settings.amqp_url is not None


def test_what_lies_in_a_closed_folder_is_closed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "node" / "data").mkdir(parents=True)
    (state / "node" / "data" / "open").touch(0o644)
    (state / "cases.sqlite3").touch(0o600)
    (state / "journal.sqlite3").touch(0o600)
    (state / "link").symlink_to("/etc/passwd")
    for folder in (state / "node" / "data", state / "node", state):
        folder.chmod(0o700)
    assert look_at_folder(state).get().loose == ()
    (state / "node").chmod(0o755)
    assert look_at_folder(state).get().loose == (("node", 0o755),)
    state.chmod(0o755)
    (state / "node" / "data").chmod(0o755)
    loose = {name for name, _ in look_at_folder(state).get().loose}
    assert loose == {"node", "node/data", "node/data/open"}


def test_a_folder_that_is_not_there_is_nothing_to_speak_of(tmp_path: Path) -> None:
    assert look_at_folder(tmp_path / "gone").there is None


def test_certificates_of_a_file_are_read_with_name_authority_and_dates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    for days in (300, -5):  # one that has ended is read too
        (found,) = in_file(authority.issue("one", name="rabbit.example", days=days).certificate)
        assert (found.subject, found.issuer) == ("rabbit.example", "authority")
        left = found.not_after - datetime.now(UTC)
        assert timedelta(days=days - 1) < left < timedelta(days=days + 1)
    assert [one.subject for one in in_file(authority.certificate)] == ["authority"]


def test_a_file_without_certificates_gives_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no certificate")
    assert in_file(tmp_path / "text") == []
    assert in_file(tmp_path / "gone") == []
    assert in_file(tmp_path) == []


def test_a_configuration_without_errors_tells_version_zone_and_region() -> None:
    found, rules = look_at_configuration(SMALL_REGION)
    assert (found.version, found.region, found.zone) == ("2026.1", "99.01", "Asia/Jakarta")
    assert (found.errors, found.learned_at) == ((), None)
    assert rules is not None and found.calendar is not None


def test_errors_of_rules_and_calendar_come_with_their_files(tmp_path: Path) -> None:
    folder = copytree(SMALL_REGION, tmp_path / "rules")
    (folder / "holidays.toml").write_text("[[day_off]]\ndate = 7\n")
    (folder / "channels.toml").write_text("x = 1\n")
    found, _ = look_at_configuration(folder)
    assert {error.split(":")[0] for error in found.errors} >= {"holidays.toml", "channels.toml"}
    facts = replace(HEALTHY, configuration=seen(found))
    assert {one.check.code for one, _ in findings(examine(facts))} == {"rules"}


def test_a_zone_of_another_province_is_found(tmp_path: Path) -> None:
    folder = copytree(SHIPPED, tmp_path / "rules")
    sla = folder / "sla.toml"
    sla.write_text(sla.read_text().replace('"Asia/Jakarta"', '"Asia/Makassar"'))
    found, _ = look_at_configuration(folder)
    facts = replace(HEALTHY, configuration=seen(replace(found, version="2026.1")))
    ((one, finding),) = findings(examine(replace(facts, now=datetime(2026, 6, 1, tzinfo=UTC))))
    assert (one.check.code, finding.where) == ("zone", "sla.toml")
    assert "Asia/Jakarta" in finding.mends


def test_years_of_which_the_library_knows_no_decree_are_found() -> None:
    found, _ = look_at_configuration(SMALL_REGION)
    found = replace(found, version="2026.1")
    for moment, years in (("2026-11-30", []), ("2080-11-30", ["2080"])):
        now = datetime.fromisoformat(f"{moment}T05:00Z")
        facts = replace(HEALTHY, configuration=seen(found), now=now)
        told = [f.what for one, f in findings(examine(facts)) if one.check.code == "holidays"]
        assert [what.split()[4] for what in told] == [f"{year}" for year in years]


def test_the_age_of_a_model_is_that_of_its_file(tmp_path: Path) -> None:
    from pintu.doctor.probes import configuration  # noqa: PLC0415

    (tmp_path / MODEL).parent.mkdir()
    (tmp_path / MODEL).touch()
    os.utime(tmp_path / MODEL, (0, 86_400))
    assert configuration._learned_at(tmp_path) == datetime(1970, 1, 2, tzinfo=UTC)
