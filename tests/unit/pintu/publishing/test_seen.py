"""A dictionary of numbers that takes little memory."""

import random

from pintu.publishing.seen import Seen


def test_it_keeps_what_a_dictionary_would() -> None:
    draw = random.Random(7)
    seen, twin = Seen(8), dict[int, int]()
    for _ in range(20_000):
        key, number = draw.choice([draw.getrandbits(64), draw.randrange(50)]), draw.randrange(1, 9)
        seen.put(key, number)
        twin[key] = number
    assert len(seen) == len(twin)
    assert all(seen.get(key) == number for key, number in twin.items())
    assert seen.get(1 << 63 | 1) == twin.get(1 << 63 | 1, 0)
