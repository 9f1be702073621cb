"""A failure that repeats itself is said once, then now and then with how often."""

from consumers.runtime.repeats import Repeats


class Hand:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_same_failure_is_said_once_and_again_after_a_minute() -> None:
    hand = Hand()
    repeats = Repeats(hand, again=60)
    said = []
    for _ in range(100):
        said.append(repeats.times("refused"))
        hand.seconds += 1
    assert [times for times in said if times] == [1, 60]


def test_another_failure_is_news_and_two_that_alternate_are_not() -> None:
    repeats = Repeats(Hand())
    assert [repeats.times(why) for why in ("one", "two", "one", "two")] == [1, 1, 0, 0]


def test_after_it_worked_a_failure_is_news() -> None:
    repeats = Repeats(Hand())
    repeats.times("refused")
    repeats.over()
    assert repeats.times("refused") == 1


def test_what_is_remembered_is_bounded() -> None:
    repeats = Repeats(Hand())
    assert all(repeats.times(f"failure {n}") == 1 for n in range(1000))
    assert len(repeats._said) <= 50
