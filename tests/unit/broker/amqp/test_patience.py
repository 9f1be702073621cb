"""A batch that nobody confirms is given up a few times in hours, not twice a minute: each time its
messages come back with their delivery count one higher."""

from itertools import accumulate

from broker.amqp.patience import Patience
from broker.ports import HELD_AT_MOST


def waits(patience: Patience, number: int) -> list[float]:
    found = []
    for _ in range(number):
        found.append(patience.seconds)
        patience.spent()
    return found


def test_each_try_is_longer_up_to_the_25_minutes() -> None:
    assert waits(Patience(30), 6) == [30, 120, 480, HELD_AT_MOST, HELD_AT_MOST, HELD_AT_MOST]


def test_an_outage_of_ten_minutes_counts_twice_and_fifty_times_is_a_day() -> None:
    ends = list(accumulate(waits(Patience(30), 50)))
    assert sum(end <= 600 for end in ends) == 2
    assert ends[-1] > 19 * 3600


def test_what_was_confirmed_in_between_begins_anew() -> None:
    patience = Patience(30)
    waits(patience, 3)
    patience.rewarded()
    assert patience.seconds == 30
