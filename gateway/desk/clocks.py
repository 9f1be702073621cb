"""The clocks as an operator sees them, and what he says of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broker.ports import CaseStore, ClockState, Mended
from config.language import gettext, worded
from consumers.runtime.agreed_clock import AgreedClock
from consumers.runtime.clock_watch import ReadBroker
from gateway.desk.code_words import word

_MENDS = 5


@dataclass(frozen=True, slots=True)
class Clocks:
    """One look at every clock; ``machine`` is what this machine's own showed then."""

    clock: AgreedClock
    state: ClockState
    machine: datetime
    mends: tuple[Mended, ...] = ()

    def rows(self) -> list[tuple[str, datetime | None, str]]:
        """Each clock, what it shows (None: it cannot be read), and how far that is from ours."""
        ahead, shown = self.clock.ahead(), self.clock.others()
        rows: list[tuple[str, datetime | None, str]] = [(gettext("this machine"), self.machine, "")]
        for name, why in (
            ("database", gettext("a file has no clock of its own")),
            ("broker", gettext("not read: no management API that answers, or a private node")),
            ("elapsed", gettext("not known: this machine has kept no cases since its start")),
        ):
            moment = shown.get(name)
            if name == "elapsed" and self.state.anchor is None:
                moment = None
            rows.append((name, moment, why if moment is None else _distance(ahead[name])))
        watermark = self.state.watermark
        none_yet = gettext("no case was kept yet") if watermark is None else ""
        far = _distance(ahead["watermark"]) if ahead.get("watermark") else none_yet
        rows.append(("watermark", watermark, far))
        rows.append(("agreed", self.clock.agreed(), gettext("up to here rungs may fire")))
        return rows

    def record(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "clocks": {name: _iso(moment) for name, moment, _ in self.rows()},
            "ahead_seconds": self.clock.ahead(),
            "problem": self.clock.problem(),
            "mends": [
                {
                    "at": _iso(m.at),
                    "by": m.by,
                    "reason": m.reason,
                    "watermark": _iso(m.watermark),
                }
                for m in self.mends
            ],
        }


async def look(store: CaseStore, clock: AgreedClock, read_broker: ReadBroker) -> Clocks:
    """Read every clock once. Raises StoreUnavailable."""
    state = await store.clock_state()
    if state.database is not None:
        clock.read("database", state.database, elsewhere=state.elsewhere)
    found = await read_broker()
    if found is not None:
        clock.read("broker", found[0], elsewhere=found[1])
    clock.look(state)
    return Clocks(clock, state, clock.machine(), tuple(await store.mends(_MENDS)))


def objection(seen: Clocks) -> str | None:
    """Why nobody can say now that the clocks are right; None where they agree."""
    wrong = seen.clock.differing()
    if not wrong:
        return None
    others = ", ".join(
        worded("the {clock}'s says {at}", clock=word(name), at=at.isoformat(timespec="seconds"))
        for name, at in wrong
    )
    return worded(
        "this machine's clock says {machine}, but {others}: set the one that is wrong first"
        " (timedatectl, chronyc makestep)",
        machine=seen.machine.isoformat(timespec="seconds"),
        others=others,
    )


async def mend(
    store: CaseStore,
    seen: Clocks,
    by: str,
    reason: str,
    now: Callable[[], datetime],
) -> Mended:
    """Say that this machine's clock is right: a watermark that lies ahead is set back to it, and
    every process believes it from its next look on. Raises StoreUnavailable."""
    mended = await store.mend_clock(Mended(now(), by, reason))
    kept, here = seen.state.anchor, seen.clock.at(mended.at)
    if kept is not None and kept.boot == here.boot:
        await store.anchor(here)
    return mended


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _distance(ahead: float) -> str:
    seconds = round(abs(ahead))
    if seconds <= 1:
        return gettext("as this machine")
    days, rest = divmod(seconds, 86400)
    span = f"{days} d " * (days > 0) + f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    if ahead > 0:
        return worded("{span} behind this machine", span=span)
    return worded("{span} ahead of this machine", span=span)
