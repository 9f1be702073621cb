"""Answers of the database that are given again for a while."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")

LONG = 0.05
"""Seconds; an answer that took less is asked for anew each time."""


class Recent(Generic[T]):
    """An answer that took long is given again for a while: asking takes a hundredth of the time."""

    def __init__(self) -> None:
        self._answer: tuple[T, float] | None = None

    def still_good(self) -> T | None:
        if self._answer is None or time.monotonic() > self._answer[1]:
            return None
        return self._answer[0]

    def measured(self, question: Callable[[Connection], T]) -> Callable[[Connection], T]:
        """The question, which remembers its answer where that took long."""

        def ask(connection: Connection) -> T:
            began = time.monotonic()
            answer = question(connection)
            now = time.monotonic()
            if (took := now - began) > LONG:
                self._answer = answer, now + min(100 * took, 60)
            return answer

        return ask
