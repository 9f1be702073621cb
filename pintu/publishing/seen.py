"""What was seen in a file so far, in sixteen bytes and a little more for each."""

from array import array
from typing import Final

_MASK: Final = (1 << 64) - 1


class Seen:
    """64 bits of a hash to a number. A dictionary would take five times the memory.

    Two things with the same bits in a file of a million are one chance in thirty million.
    """

    def __init__(self, size: int = 1 << 10) -> None:
        self._count = 0
        self._keys = array("Q", bytes(8 * size))
        self._numbers = array("Q", bytes(8 * size))

    def __len__(self) -> int:
        return self._count

    def get(self, key: int) -> int:
        """The number of a key; 0 for one that has none."""
        return self._numbers[self._slot(self._keys, key & _MASK)]

    def put(self, key: int, number: int) -> None:
        """``number`` is more than 0."""
        key &= _MASK
        slot = self._slot(self._keys, key)
        if not self._numbers[slot]:
            self._count += 1
        self._keys[slot], self._numbers[slot] = key, number
        if 3 * self._count > 2 * len(self._keys):
            self._grow()

    def _slot(self, keys: "array[int]", key: int) -> int:
        last = len(keys) - 1
        slot = key & last
        while self._numbers[slot] and keys[slot] != key:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        there = [n for n, number in enumerate(self._numbers) if number]
        keys, numbers = self._keys, self._numbers
        self._keys = array("Q", bytes(16 * len(keys)))
        self._numbers = array("Q", bytes(16 * len(keys)))
        for n in there:
            slot = self._slot(self._keys, keys[n])
            self._keys[slot], self._numbers[slot] = keys[n], numbers[n]
