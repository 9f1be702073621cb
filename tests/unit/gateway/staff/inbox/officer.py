"""An officer of an agency at the application on stores in memory."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from broker.domain.case import Case, CaseClock, Entry, State, Supporting
from tests.contract.keeping import a_case
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff_door import SignedIn, signed_in

DAY = timedelta(days=1)


async def an_officer(door: MemoryDoor, name: str = "siti", *roles: str) -> SignedIn:
    """Signed in, with these roles; what language they want is their browser's word."""
    return await signed_in(door, name, *(roles or ("agency:dlh",)), language=None)


def a_report(
    agency: str = "dlh",
    state: State = State.ROUTED,
    due_in: int = 4,
    also: str | None = None,
    **complaint: Any,
) -> Case:
    """With an agency, with clocks as the case consumer sets them."""
    start, due = NOW - 3 * DAY, NOW + due_in * DAY
    clocks = [
        CaseClock("response", 1, agency, start, due),
        CaseClock("resolution", 1, agency, start, due + 9 * DAY),
    ]
    if also:
        clocks.append(CaseClock("response", 2, also, start, due))
    case = a_case(agency=agency, state=state, opened_at=start, clocks=tuple(clocks))
    written: Any = {"text": "Sampah menumpuk di pasar", "location": {"village": "Rias"}}
    return replace(
        case,
        complaint=written | complaint,
        supporting=(Supporting(also),) if also else (),
    )


def a_line_of(case: Case, who: str, what: str, **detail: object) -> Entry:
    """A line of its history."""
    agency = case.agency
    return Entry(NOW, NOW, who, what, case.state, case.state, agency, agency, detail)
