"""Once a month at an hour of the zone; what was missed is due at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pintu.rules.renewing.schedule import Monthly

JAYAPURA = ZoneInfo("Asia/Jayapura")
MONTHLY = Monthly(JAYAPURA, day=1, hour=3)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAYAPURA)


@pytest.mark.parametrize(
    ("now", "last", "next"),
    [
        ("2026-05-01T03:00", "2026-05-01T03:00", "2026-06-01T03:00"),
        ("2026-05-01T02:59", "2026-04-01T03:00", "2026-05-01T03:00"),
        ("2026-12-31T23:59", "2026-12-01T03:00", "2027-01-01T03:00"),
        ("2027-01-01T00:00", "2026-12-01T03:00", "2027-01-01T03:00"),
    ],
)
def test_the_moments_are_those_of_the_zone(now: str, last: str, next: str) -> None:
    moment = at(now).astimezone(UTC)
    assert MONTHLY.last(moment) == at(last)
    assert MONTHLY.next(moment) == at(next)


def test_what_was_never_done_is_due() -> None:
    assert MONTHLY.due(at("2026-05-09T12:00"), None, None) == at("2026-05-01T03:00")


def test_what_was_missed_while_nothing_ran_is_due_at_once_and_only_once() -> None:
    now, learned = at("2026-05-09T12:00"), at("2026-02-01T03:05")
    assert MONTHLY.due(now, learned, None) == at("2026-05-01T03:00")
    assert MONTHLY.due(now, now - timedelta(hours=1), None) is None


def test_what_failed_is_tried_again_after_an_hour() -> None:
    now = at("2026-05-01T12:00")
    assert MONTHLY.due(now, None, now - timedelta(minutes=59)) is None
    assert MONTHLY.due(now, None, now - timedelta(minutes=60)) is not None


def test_a_history_is_brought_up_to_date_every_night() -> None:
    assert MONTHLY.nightly(at("2026-05-09T12:00")) == at("2026-05-09T03:00")
    assert MONTHLY.nightly(at("2026-05-09T02:00")) == at("2026-05-08T03:00")
