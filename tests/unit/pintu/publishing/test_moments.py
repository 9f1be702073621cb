"""Dates as people, offices and spreadsheets write them."""

from zoneinfo import ZoneInfo

import pytest

from pintu.publishing.moments import read_moment

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("3 Jan 2026 09.15", "2026-01-03T09:15:00+07:00"),
        ("Jumat, 3 Januari 2026 pukul 09:15 WIB", "2026-01-03T09:15:00+07:00"),
        ("4 Mei 2026 23.59 WITA", "2026-05-04T23:59:00+08:00"),
        ("5 Agustus 2026, 07.00 WIT", "2026-08-05T07:00:00+09:00"),
        ("17 Agt 2026", "2026-08-17T00:00:00+07:00"),
        ("3-Jan-26", "2026-01-03T00:00:00+07:00"),
        ("02/01/2025", "2025-01-02T00:00:00+07:00"),
        ("2/1/25 8:05 PM", "2025-01-02T20:05:00+07:00"),
        ("02-01-2025 10.15", "2025-01-02T10:15:00+07:00"),
        ("02.01.2025 10:15:30", "2025-01-02T10:15:30+07:00"),
        ("2025-01-02 10.15", "2025-01-02T10:15:00+07:00"),
        ("2025/01/02", "2025-01-02T00:00:00+07:00"),
        ("Jan 3, 2026", "2026-01-03T00:00:00+07:00"),
        ("45659", "2025-01-02T00:00:00+07:00"),
        ("45659,5", "2025-01-02T12:00:00+07:00"),
        ("1735787700000", "2025-01-02T10:15:00+07:00"),
        ("20250102101500", "2025-01-02T10:15:00+07:00"),
        ("2025-01-02T03:15:00Z", "2025-01-02T03:15:00+00:00"),
    ],
)
def test_a_moment_is_read_day_before_month_and_local(said: str, moment: str) -> None:
    assert read_moment(said, JAKARTA) == moment


@pytest.mark.parametrize(
    "said",
    [
        *("30/02/2025", "01/25/2025", "31 Feb 2026", "kemarin", "12.30", "5", "20251399"),
        *("1e999", "9" * 400, "3 Jan 2026 25.00", "99999999999999"),
    ],
)
def test_what_no_calendar_has_is_not_understood(said: str) -> None:
    assert read_moment(said, JAKARTA) is None


def test_the_time_of_day_may_have_a_cell_of_its_own() -> None:
    for clock in ("08.15", "08:15:00", "0.34375", "08.15 WIB", "8:15 am"):
        assert read_moment("3 Jan 2026", JAKARTA, clock) == "2026-01-03T08:15:00+07:00"
    assert read_moment("3 Jan 2026", JAKARTA, "pagi") is None
