"""Cases as the desk has them."""

from dataclasses import replace
from typing import Any

from broker.domain.case import Case, State
from tests.contract.keeping import DAY, a_case, a_clock
from tests.unit.gateway.door import NOW, MemoryDoor


def having(complaint: dict[str, Any], **more: Any) -> Case:
    late = a_clock(NOW - 10 * DAY, agency="dlh")
    kept: Any = {"text": "bau", **complaint}
    return replace(a_case(agency="dlh", clocks=(late,)), complaint=kept, **more)


async def in_triage(door: MemoryDoor, **more: Any) -> Case:
    waits = replace(a_clock(NOW + DAY, agency=None), name="verification")
    return await door.keep(
        replace(a_case(agency=None, state=State.TRIAGE, clocks=(waits,)), **more)
    )
