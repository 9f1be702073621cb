"""When a store is taken for older than the audit trail, and when for one that a crash left."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from consumers.cases.age import Done, lacks

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


def done(many: int, *, moments: int) -> list[Done]:
    """What the case consumer did, in so many batches."""
    return [
        Done(UUID(int=number), NOW + timedelta(seconds=number % moments)) for number in range(many)
    ]


def test_a_store_that_knows_all_is_not_older() -> None:
    assert not lacks(done(50, moments=9), [], waiting=0)
    assert not lacks([], [], waiting=0)


def test_one_thing_that_it_does_not_know_is_enough_where_nothing_waits() -> None:
    lost = done(1, moments=1)
    assert lacks(lost, lost, waiting=0)


def test_a_batch_of_a_crash_comes_again_and_is_not_lost() -> None:
    lost = done(200, moments=1)
    assert not lacks(lost, lost, waiting=200)
    # Its messages come one by one after it: the first of them may have been cut off as well.
    assert not lacks(lost, done(200, moments=2), waiting=200)


def test_several_batches_are_lost_whatever_waits() -> None:
    lost = done(50, moments=3)
    assert lacks(lost, lost, waiting=5_000)


def test_a_few_cases_that_began_before_the_trail_make_no_store_older() -> None:
    every = done(50, moments=50)
    assert not lacks(every, every[:20], waiting=0)
