"""What is past its retention is forgotten by the time that clocks agree on: a clock that is ahead
would have the router route again what it had forgotten."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from broker.ports import ClockState
from consumers.router import service as router
from consumers.runtime.agreed_clock import AgreedClock

TRUE = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
KEPT = timedelta(days=90)
SIMILAR = timedelta(days=30)


class Ahead:
    def now(self) -> datetime:
        return TRUE + timedelta(days=60)


class Journal:
    def __init__(self) -> None:
        self.forgot: list[datetime] = []
        self.fingerprints = self

    async def forget(self, before: datetime, most: int) -> int:
        self.forgot.append(before)
        return 0


async def test_a_journal_is_forgotten_by_the_agreed_time_and_not_before_there_is_one() -> None:
    clock, journal = AgreedClock(Ahead(), lambda: 1.0, "boot"), Journal()
    config = SimpleNamespace(
        rules=SimpleNamespace(retention=SimpleNamespace(journal=KEPT, similar=SIMILAR))
    )
    forget = cast(Any, router)._forget
    await forget(journal, config, clock)
    assert journal.forgot == []
    clock.read("database", TRUE, elsewhere=True)
    clock.look(ClockState())
    await forget(journal, config, clock)
    assert journal.forgot == [TRUE - KEPT, TRUE - SIMILAR]
