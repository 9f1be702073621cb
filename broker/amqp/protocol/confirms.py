"""Publisher confirms, counted off in whatever order they come."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

NOT_TAKEN: Final = "the broker did not take it"


class Confirms:
    """Of one channel: batches side by side, each numbered on from the one before it."""

    def __init__(self) -> None:
        self._last = 0
        self._waiting: list[_Batch] = []
        """In their order."""

    def expect(self, ids: Sequence[str]) -> "asyncio.Future[Mapping[str, str]]":
        """A batch is about to be written; what is given is done when all of it is confirmed.

        ``ids``: of its messages, no two alike, in their order. The result: of those that did not
        arrive, and why.
        """
        if not ids:
            raise ValueError("a batch without messages")
        self._waiting = [batch for batch in self._waiting if not batch.done.done()]
        batch = _Batch(ids, self._last + 1)
        self._last = batch.last
        self._waiting.append(batch)
        return batch.done

    def settled(self, tag: int, *, multiple: bool, taken: bool) -> None:
        """basic.ack (``taken``) or basic.nack of a publish, or of all up to one."""
        if tag > self._last:
            return  # of nothing that was written
        if multiple and not tag:
            tag = self._last
        for batch in self._waiting:
            batch.settled(tag, multiple=multiple, taken=taken)
        if self._waiting and self._waiting[0].confirmed:
            self._waiting = [batch for batch in self._waiting if not batch.confirmed]

    def returned(self, message_id: str | None, why: str) -> None:
        """basic.return: it comes before the confirm of the message.

        Where two batches have the same message, either may be the one: both publish it again.
        """
        for batch in self._waiting:
            batch.returned(message_id, why)

    def fail(self, why: Exception) -> None:
        """Nothing more is confirmed."""
        for batch in self._waiting:
            end_waiting(batch.done, why)


class _Batch:
    """Messages whose confirms are awaited."""

    def __init__(self, ids: Sequence[str], first: int) -> None:
        self.last = first + len(ids) - 1
        self.done: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self._begun = first
        self._first = first
        """The lowest number that is not confirmed."""
        self._early: set[int] = set()
        self._ids = ids
        self._refused: dict[str, str] = {}

    @property
    def confirmed(self) -> bool:
        return self._first > self.last

    def settled(self, tag: int, *, multiple: bool, taken: bool) -> None:
        if tag < self._first or (tag > self.last and not multiple):
            return  # of nothing that waits here
        tag = min(tag, self.last)
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
        if self.confirmed and not self.done.done():
            self.done.set_result(self._refused)

    def returned(self, message_id: str | None, why: str) -> None:
        # One of a batch that was given up may come late.
        if message_id in self._ids and not self.confirmed:
            self._refused[str(message_id)] = why

    def _not_taken(self, tags: range) -> None:
        for tag in tags:
            if tag not in self._early:
                self._refused.setdefault(self._ids[tag - self._begun], NOT_TAKEN)


def end_waiting(waited_for: "asyncio.Future[Any]", why: Exception) -> None:
    """Have whoever waits raise; where nobody does, the loop is not to complain of it."""
    if not waited_for.done():
        waited_for.set_exception(why)
        waited_for.exception()
