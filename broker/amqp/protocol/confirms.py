"""Publisher confirms, counted off in whatever order they come."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

NOT_TAKEN: Final = "the broker did not take it"


class Confirms:
    """Of one channel: one batch at a time, numbered on from the one before it."""

    def __init__(self) -> None:
        self._first = 1
        """The lowest number that is not confirmed."""
        self._last = 0
        self._early: set[int] = set()
        self._ids: Sequence[str] = ()
        self._refused: dict[str, str] = {}
        self._done: asyncio.Future[None] | None = None

    def expect(self, ids: Sequence[str]) -> asyncio.Future[None]:
        """A batch is about to be written; what is given is done when all of it is confirmed.

        ``ids``: of its messages, no two alike, in their order.
        """
        if not ids:
            raise ValueError("a batch without messages")
        if self._done is not None and not self._done.done():
            raise RuntimeError("one batch at a time")
        self._ids = ids
        self._refused = {}
        self._first = self._last + 1
        self._last += len(ids)
        self._early.clear()
        self._done = asyncio.get_running_loop().create_future()
        return self._done

    @property
    def refused(self) -> Mapping[str, str]:
        """Of the last batch: ids of those that did not arrive, and why."""
        return self._refused

    def settled(self, tag: int, *, multiple: bool, taken: bool) -> None:
        """basic.ack (``taken``) or basic.nack of a publish, or of all up to one."""
        if not self._first <= tag <= self._last:
            if not multiple or tag != 0:
                return  # of nothing that waits
            tag = self._last
        if not taken:
            self._not_taken(range(self._first if multiple else tag, tag + 1))
        if multiple:
            self._first = tag + 1
            if self._early:
                self._early = {later for later in self._early if later > tag}
        else:
            self._early.add(tag)
        while self._first in self._early:
            self._early.discard(self._first)
            self._first += 1
        if self._first > self._last and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def returned(self, message_id: str | None, why: str) -> None:
        """basic.return: it comes before the confirm of the message."""
        # One of a batch that was given up may come late.
        if message_id in self._ids and self._first <= self._last:
            self._refused[str(message_id)] = why

    def fail(self, why: Exception) -> None:
        """Nothing more is confirmed."""
        if self._done is not None:
            end_waiting(self._done, why)

    def _not_taken(self, tags: range) -> None:
        begun = self._last - len(self._ids) + 1
        for tag in tags:
            if tag not in self._early:
                self._refused.setdefault(self._ids[tag - begun], NOT_TAKEN)


def end_waiting(waited_for: "asyncio.Future[Any]", why: Exception) -> None:
    """Have whoever waits raise; where nobody does, the loop is not to complain of it."""
    if not waited_for.done():
        waited_for.set_exception(why)
        waited_for.exception()
