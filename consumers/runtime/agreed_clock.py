"""The time that several clocks agree on.

A clock that is wrong does harm for good: what it lets fire cannot be taken back. So this machine's
clock is not believed alone. It is compared with the clocks of the database and of RabbitMQ, with
the seconds that the machine has counted since its start, which nobody can set, and with the
watermark, which was a moment of the past. Pure: readings are handed in (clock_watch).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.ports import Anchor, ClockState, TimeSource

TOLERANCE: Final = timedelta(minutes=2)
"""By how much clocks may differ and still agree. Deadlines fall at the close of a working day."""
OUTAGE: Final = timedelta(days=7)
"""The longest leap forward that is followed without an operator: an outage, a paused machine."""
DRIFT: Final = 0.001
"""Of the time that passes, so much may be a sum of small steps (a machine paused each night)."""
_MOST_DRIFT: Final = timedelta(hours=1)
_VOUCHED_FOR: Final = timedelta(minutes=15)
"""After an operator said what time it is, what is then believed lies no further on than this."""
_FRESH: Final = 60.0
"""Seconds for which a reading of another clock bears witness."""
_STALE: Final = 3600.0
"""Seconds after which it is not even compared any more."""
_NONE: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Reading:
    """What another clock showed when this machine had counted so many seconds.

    ``elsewhere``: it is the clock of another machine, so that its word counts.
    """

    moment: datetime
    seconds: float
    elsewhere: bool


class AgreedClock:
    """See broker.ports.TimeSource. ``now`` is for what happens to cases, ``agreed`` for what may
    never come too early: watermarks, and what fires.

    ``machine``: this machine's clock; ``seconds``: what it counts since its start; ``boot``: which
    start that is.
    """

    def __init__(self, machine: TimeSource, seconds: Callable[[], float], boot: str | None) -> None:
        self._machine = machine
        self._seconds = seconds
        self._boot = boot or ""
        self._readings: dict[str, Reading] = {}
        self._anchor: Anchor | None = None
        self._watermark: datetime | None = None
        self._waits: str | None = None
        self.trusted = asyncio.Event()
        """Set while it is known well enough what time it is for cases to be kept by it."""

    @property
    def anchor(self) -> Anchor | None:
        """From which the time is counted; None until one was believed."""
        return self._anchor

    def now(self) -> datetime:
        """What the clocks say, or, where that has leapt, what has passed by this machine's count
        since they were believed."""
        told, passed = self._told(), self._passed()
        if passed is None or abs(told - passed) <= self._room():
            return told
        return passed

    def agreed(self) -> datetime:
        """Never later than any clock says, but for the tolerance."""
        return min(self._told(), self.now())

    def machine(self) -> datetime:
        """What this machine's clock says, whatever others do."""
        return self._machine.now()

    def others(self) -> dict[str, datetime]:
        """What the others say that can be read: ``database``, ``broker`` and ``elapsed``."""
        found = self._others()
        if (passed := self._passed()) is not None:
            found["elapsed"] = passed
        return found

    def differing(self) -> list[tuple[str, datetime]]:
        """The clocks of the database and of RabbitMQ, where they do not agree with ours."""
        wall = self._machine.now()
        return [(name, at) for name, at in self._others().items() if abs(wall - at) > TOLERANCE]

    def read(self, name: str, moment: datetime, *, elsewhere: bool) -> None:
        """What another clock shows now, ``database`` or ``broker``; ``elsewhere``: it is another
        machine's."""
        self._readings[name] = Reading(moment, self._seconds(), elsewhere)

    def look(self, state: ClockState) -> timedelta | None:
        """Believe what the clocks say, or not, by what the store remembers.

        Gives the leap that is believed from now on, None where there is none.
        """
        self._watermark = state.watermark
        told = self._told()
        vouched = state.vouched is not None and (-TOLERANCE <= told - state.vouched <= _VOUCHED_FOR)
        if self._anchor is None:
            self._begin(state, told, vouched)
            return None
        return self._go_on(told, vouched)

    def ahead(self) -> dict[str, float]:
        """By how many seconds this machine's clock is ahead of each other one (negative: behind):
        ``database``, ``broker``, ``elapsed`` and ``watermark``.

        A watermark is a moment of the past: only one that lies ahead is a disagreement.
        """
        wall = self._machine.now()
        found = {name: (wall - at).total_seconds() for name, at in self.others().items()}
        if self._watermark is not None:
            found["watermark"] = min((wall - self._watermark).total_seconds(), 0.0)
        return found

    def problem(self) -> str | None:
        """What does not agree, in a sentence, and what follows from it; None where all does."""
        if self._waits is not None:
            return self._waits
        wall = self._machine.now()
        said = [f"the clock of the {name} says {_shown(at)}" for name, at in self.differing()]
        passed = self._passed()
        if passed is not None and abs(self._told() - passed) > self._room():
            said.append(f"by the seconds that have passed it is {_shown(passed)}")
        if self._watermark is not None and self._watermark > self.agreed() + TOLERANCE:
            said.append(f"cases were read up to {_shown(self._watermark)}, which lies ahead")
        if not said:
            return None
        return f"this machine's clock says {_shown(wall)}, but {', and '.join(said)}"

    def _begin(self, state: ClockState, told: datetime, vouched: bool) -> None:
        """The first look since the process started: nothing was believed yet."""
        kept = state.anchor
        if kept is not None and kept.boot == self._boot != "" and kept.seconds <= self._seconds():
            passed = _passed_since(kept, self._seconds())
            if abs(told - passed) <= _room_since(kept, self._seconds()):
                self._believe(kept)
            elif vouched or (told - passed <= OUTAGE and self._witnessed(told)):
                self._believe(self.at(told))
            elif told > passed:
                self._believe(kept)  # a leap forward: time goes on as this machine counts it
            else:
                self._wait(told, passed, "by the seconds that have passed since then")
            return
        known = max((m for m in (state.watermark, state.vouched) if m is not None), default=None)
        if known is None or vouched or self._witnessed(told):
            self._believe(self.at(told))
        elif told < known - TOLERANCE:
            self._wait(told, known, "but the store's cases were read up to a moment")
        elif told > known + OUTAGE:
            self._wait(told, known, "but the store's cases were last read")
        else:
            self._believe(self.at(told))

    def _go_on(self, told: datetime, vouched: bool) -> timedelta | None:
        passed = self._passed()
        leap = told - passed if passed is not None else _NONE
        if abs(leap) <= self._room():
            return None
        if not vouched and not (leap <= OUTAGE and self._witnessed(told)):
            return None
        self._believe(self.at(told))
        return leap

    def _believe(self, anchor: Anchor) -> None:
        self._anchor, self._waits = anchor, None
        self.trusted.set()

    def _wait(self, told: datetime, other: datetime, what: str) -> None:
        self._waits = (
            f"the clocks that can be read say {_shown(told)}, {what} {_shown(other)}: nothing is"
            " done by a time that nobody knows"
        )

    def _witnessed(self, told: datetime) -> bool:
        """Whether this machine and another one both say so."""
        if abs(self._machine.now() - told) > TOLERANCE:
            return False
        now = self._seconds()
        return any(
            one.elsewhere
            and now - one.seconds <= _FRESH
            and abs(_at_seconds(one, now) - told) <= TOLERANCE
            for one in self._readings.values()
        )

    def _told(self) -> datetime:
        """What the clocks say: this machine's, unless another one is behind it."""
        wall = self._machine.now()
        behind = [one for one in self._others().values() if wall - one > TOLERANCE]
        return min(behind, default=wall)

    def _others(self) -> dict[str, datetime]:
        now = self._seconds()
        return {
            name: _at_seconds(one, now)
            for name, one in self._readings.items()
            if now - one.seconds <= _STALE
        }

    def _passed(self) -> datetime | None:
        return None if self._anchor is None else _passed_since(self._anchor, self._seconds())

    def _room(self) -> timedelta:
        return TOLERANCE if self._anchor is None else _room_since(self._anchor, self._seconds())

    def at(self, moment: datetime) -> Anchor:
        """That it is this moment now."""
        return Anchor(self._boot, self._seconds(), moment)


def _passed_since(anchor: Anchor, seconds: float) -> datetime:
    return anchor.moment + timedelta(seconds=seconds - anchor.seconds)


def _room_since(anchor: Anchor, seconds: float) -> timedelta:
    return TOLERANCE + min(timedelta(seconds=seconds - anchor.seconds) * DRIFT, _MOST_DRIFT)


def _at_seconds(reading: Reading, seconds: float) -> datetime:
    return reading.moment + timedelta(seconds=seconds - reading.seconds)


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
