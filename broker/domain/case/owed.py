"""What a case owes: the deadlines that somebody can be late for."""

from datetime import datetime

from broker.domain.case.case import Case


def open_deadlines(case: Case) -> tuple[tuple[str | None, str, datetime], ...]:
    """Agency (None: the desk), clock and deadline of every clock that is open.

    The agency is late once the deadline has passed. A clock that stands still cannot run out, and
    is left out unless it had run out before. Waiting and closing are nobody's debt. The resolution
    is open_deadlines by whoever has the case, everything else by the agency whose clock it is.
    """
    if not case.open:
        return ()
    return tuple(
        (case.agency if clock.name == "resolution" else clock.agency, clock.name, clock.due_at)
        for clock in case.clocks
        if clock.name in ("verification", "response", "resolution")
        and clock.open
        and (clock.held_at is None or clock.due_at < clock.held_at)
    )
