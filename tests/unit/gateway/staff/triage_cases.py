"""Cases that wait for the desk, and who looks at them."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from broker.domain.case import Case, CaseClock, State
from broker.domain.clocks import VERIFICATION
from schemas.decision import Alternative, DecisionRecord
from tests.contract.keeping import a_case
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff_door import SignedIn, signed_in

DAY = timedelta(days=1)
HX = {"HX-Request": "true"}


def waits(
    n: int = 1,
    text: str = "Lampu jalan mati di Toboali",
    days: int = 1,
    best: str | None = "dishub",
    state: State = State.TRIAGE,
) -> Case:
    """A case that waits for the desk."""
    begun = NOW - days * DAY
    case = a_case(
        agency=None,
        state=state,
        opened_at=begun,
        complaint_id=UUID(int=n << 112),
        text=text,
        clocks=(CaseClock(VERIFICATION.name, 1, None, begun, begun + 5 * DAY),),
    )
    others = (Alternative(best, 0.41),) if best else ()
    decision = DecisionRecord("triage/unsure", "belum meyakinkan", "2026.1", alternatives=others)
    return replace(case, decision=decision)


async def officer(door: MemoryDoor, role: str = "desk", name: str = "rina") -> SignedIn:
    return await signed_in(door, name, role)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]
