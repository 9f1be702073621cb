"""Reading sla.toml and holidays.toml: strict, every error at once, odd things as warnings."""

from datetime import date, datetime
from pathlib import Path
from shutil import copy

import pytest

from broker.errors import BadConfiguration
from config.loading.clocks import HOLIDAYS, SHIPPED, SLA, check_clocks, load_clocks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy(SHIPPED / SLA, tmp_path)
    return tmp_path


def edit(folder: Path, *changes: tuple[str, str]) -> None:
    text = (folder / SLA).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / SLA).write_text(text)


def holidays(folder: Path, text: str) -> None:
    (folder / HOLIDAYS).write_text(text)


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(BadConfiguration) as caught:
        load_clocks(folder)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_the_shipped_clocks_load_without_a_warning() -> None:
    clocks = load_clocks()
    assert clocks.warnings == ()
    assert [p.id for p in clocks.policies] == [
        "perpres-76-2013",
        "permenpanrb-62-2018",
        "permenpanrb-5-2025",
    ]
    assert [(p.id, p.version) for p in clocks.superseded] == [
        ("permenpanrb-62-2018", "1"),
        ("permenpanrb-5-2025", "1"),
    ]
    assert not any(p.confirmed for p in clocks.policies), "nobody has held them against the text"
    assert "Peraturan Menteri PANRB Nomor 5 Tahun 2025" in clocks.policies[-1].legal_basis


def test_all_errors_of_both_files_are_told_at_once_with_file_and_place(folder: Path) -> None:
    edit(
        folder,
        ("verification = 3", 'verification = "3"'),
        ("response = 5", "response = 0"),
        ("confirmed = false\n", "confirmed = false\ncolour = 1\n"),
        ('to = "head"', 'to = "mayor"'),
    )
    holidays(folder, '[[day_off]]\ndate = "2027-03-01"\nreason = ""\n[[working_days]]\n')
    assert [": ".join(error.split(": ")[:2]) for error in errors_of(folder)] == [
        "sla.toml: ladder 1, rungs 2, to",
        "sla.toml: policy 1, days, verification",
        "sla.toml: policy 1, days, response",
        "sla.toml: policy 1, colour",
        "holidays.toml: day_off 1, date",
        "holidays.toml: day_off 1, reason",
        "holidays.toml: working_days",
    ]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('zone = "Asia/Jakarta"', 'zone = "Asia/Toboali"', "calendar, zone: no time zone"),
        ('zone = "Asia/Jakarta"', 'zone = "../etc"', "calendar, zone: no time zone"),
        ('zone = "Asia/Jakarta"', 'zone = ""', "calendar, zone: no time zone"),
        ('ladder = "standard"', 'ladder = "steep"', "there is no ladder 'steep'"),
        ("valid_until = 2019-01-01", "valid_until = 2014-01-01", "is not after valid_from"),
        ("valid_until = 2019-01-01", "valid_until = 2019-01-02", "is still in force then"),
        ("valid_until = 2019-01-01", "", "is still in force then"),
        ('name = "breach"', 'name = "reminder"', "the rung reminder is there twice"),
        ('version = "2"', 'version = "1"', "permenpanrb-62-2018 1: is there twice"),
        ("close_of_business = 16:00:00", "close_of_business = 16", "calendar, close_of_business"),
        ("valid_from = 2014-01-01", "valid_from = 2014-01-01T10:00:00", "policy 1, valid_from"),
        ("[calendar]", "[calendar", "is not TOML: "),
    ],
)
def test_a_contradiction_is_an_error(folder: Path, old: str, new: str, error: str) -> None:
    edit(folder, (old, new))
    (told,) = errors_of(folder)
    assert error in told
    assert told.startswith(("sla.toml: ", "sla.toml:9: "))


def test_a_gap_between_policies_is_a_warning_and_the_earlier_one_goes_on(folder: Path) -> None:
    edit(folder, ("valid_until = 2019-01-01", "valid_until = 2018-06-01"))
    clocks = load_clocks(folder)
    (warning,) = clocks.warnings
    assert "no policy from 2018-06-01 to 2019-01-01; perpres-76-2013 goes on" in warning
    in_the_gap = datetime.fromisoformat("2018-10-10T10:00:00+07:00")
    assert clocks.policy_at(in_the_gap).id == "perpres-76-2013"


def test_the_regencys_days_come_on_top_of_the_national_ones(folder: Path) -> None:
    holidays(
        folder,
        """
        [[day_off]]
        date = 2025-02-05
        reason = "Pemilihan kepala desa"
        decree = "Keputusan Bupati"
        announced = 2025-01-20
        [[working_day]]
        date = 2025-02-08
        reason = "tukar hari kerja"
        [[working_day]]
        date = 2025-08-18
        reason = "as before the decree of 7 August 2025"
        """,
    )
    clocks = load_clocks(folder)
    assert clocks.warnings == ()
    start = datetime.fromisoformat("2025-02-04T16:00:00+07:00")
    assert clocks.calendar.deadline(start, 3).date() == date(2025, 2, 8)
    assert clocks.calendar.is_working_day(date(2025, 8, 18))
    assert clocks.calendar.version != load_clocks().calendar.version
    assert clocks.calendar.holidays[date(2025, 2, 5)] == "Pemilihan kepala desa"


def test_a_day_that_is_there_twice_is_an_error(folder: Path) -> None:
    holidays(
        folder,
        '[[day_off]]\ndate = 2025-02-05\nreason = "a"\n'
        '[[working_day]]\ndate = 2025-02-05\nreason = "b"\n',
    )
    assert errors_of(folder) == ["holidays.toml: 2025-02-05 is there twice"]


@pytest.mark.parametrize(
    ("kind", "day", "warning"),
    [
        ("day_off", "2025-08-18", "is a day off anyway"),
        ("day_off", "2025-02-08", "is a day off anyway"),
        ("working_day", "2025-02-05", "is a working day anyway"),
        ("day_off", "2150-02-02", "outside the years 2000 to 2100"),
    ],
)
def test_a_day_that_changes_nothing_is_a_warning(
    folder: Path, kind: str, day: str, warning: str
) -> None:
    holidays(folder, f'[[{kind}]]\ndate = {day}\nreason = "?"\n')
    (told,) = load_clocks(folder).warnings
    assert warning in told
    assert day in told


def test_an_estimated_date_is_settled_by_an_entry_of_ones_own(folder: Path) -> None:
    estimated = min(d for d in load_clocks().calendar.estimated if d.isoweekday() <= 5)
    holidays(folder, f'[[day_off]]\ndate = {estimated}\nreason = "per keputusan"\n')
    clocks = load_clocks(folder)
    assert clocks.warnings == ()
    assert estimated not in clocks.calendar.estimated
    assert not clocks.calendar.is_working_day(estimated)


def test_a_folder_without_sla_takes_the_shipped_clocks_and_says_so(tmp_path: Path) -> None:
    clocks = load_clocks(tmp_path)
    assert clocks.policies == load_clocks().policies
    assert clocks.warnings == (f"{tmp_path}/sla.toml: not there, so the shipped clocks apply",)


def test_a_folder_that_is_not_there_is_an_error_as_value_or_raised(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    checked = check_clocks(missing)
    assert checked.clocks is None
    assert [str(error) for error in checked.errors] == [f"{missing}: no such folder"]
    with pytest.raises(BadConfiguration, match="no such folder"):
        load_clocks(missing)


def test_a_file_that_is_no_text_is_an_error(folder: Path) -> None:
    (folder / HOLIDAYS).write_bytes(b"\xff\xfe")
    (told,) = errors_of(folder)
    assert told.startswith("holidays.toml: is not UTF-8")
