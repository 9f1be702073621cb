"""Pauses grow over three days."""

from datetime import UTC, datetime, timedelta

from consumers.webhooks.schedule import next_try

FIRST = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_tries_come_after_the_pauses_of_the_contract_and_end_after_three_days() -> None:
    now, pauses = FIRST, list[float]()
    while (due := next_try(len(pauses) + 1, FIRST, now)) is not None:
        pauses.append((due - now).total_seconds())
        now = due
    assert pauses == [5, 60, 300, 1800, 2 * 3600, 5 * 3600, *[36000] * 6]
    assert timedelta(days=2, hours=12) < now - FIRST <= timedelta(days=3)


def test_an_endpoint_is_left_alone_for_as_long_as_it_asks_for_within_limits() -> None:
    assert next_try(1, FIRST, FIRST, timedelta(seconds=1)) == FIRST + timedelta(seconds=5)
    assert next_try(1, FIRST, FIRST, timedelta(minutes=7)) == FIRST + timedelta(minutes=7)
    assert next_try(1, FIRST, FIRST, timedelta(days=300)) == FIRST + 10 * HOUR


def test_it_is_left_alone_for_no_longer_than_three_days_in_all() -> None:
    assert next_try(2, FIRST, FIRST + 71 * HOUR, 2 * HOUR) is None
