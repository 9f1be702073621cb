"""Columns that mean the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from broker.store.columns import Id, Moment

SQLITE = sqlite.dialect()
POSTGRES = postgresql.dialect()
aware = st.datetimes(timezones=st.timezones())


@given(aware)
def test_a_moment_comes_back_to_the_microsecond_in_utc(moment: datetime) -> None:
    stored = Moment().process_bind_param(moment, SQLITE)
    back = Moment().process_result_value(stored, SQLITE)
    assert back is not None
    assert back.tzinfo is UTC
    assert back == moment.astimezone(UTC)


@given(aware, aware)
def test_moments_in_sqlite_compare_like_moments(one: datetime, other: datetime) -> None:
    stored = [Moment().process_bind_param(moment, SQLITE) for moment in (one, other)]
    assert (stored[0] < stored[1]) == (one.astimezone(UTC) < other.astimezone(UTC))


def test_a_moment_before_1970_comes_back() -> None:
    moment = datetime(1945, 8, 17, 10, tzinfo=timezone(timedelta(hours=9)))
    stored = Moment().process_bind_param(moment, SQLITE)
    assert Moment().process_result_value(stored, SQLITE) == moment


def test_a_moment_from_postgresql_is_given_in_utc() -> None:
    there = datetime(2026, 2, 2, 16, tzinfo=timezone(timedelta(hours=7)))
    back = Moment().process_result_value(there, POSTGRES)
    assert back is not None
    assert (back.hour, back.tzinfo) == (9, UTC)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES])
def test_a_moment_without_a_zone_is_refused(dialect: object) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 2, 2), dialect)  # type: ignore[arg-type] # -- parametrised


@given(st.uuids(), st.uuids())
def test_ids_in_sqlite_are_sixteen_bytes_that_sort_like_ids(one: UUID, other: UUID) -> None:
    stored = [Id().process_bind_param(each, SQLITE) for each in (one, other)]
    assert [len(each) for each in stored] == [16, 16]
    assert (stored[0] < stored[1]) == (one < other)
    assert Id().process_result_value(stored[0], SQLITE) == one


def test_nothing_stays_nothing() -> None:
    for column in (Id(), Moment()):
        assert column.process_bind_param(None, SQLITE) is None
        assert column.process_result_value(None, SQLITE) is None
