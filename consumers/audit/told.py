"""What this system says of a case on ``complaints.events``, as much as is read back of it."""

from typing import Required, TypedDict

from broker.domain.clocks.policies import RungName


class ToldOf(TypedDict, total=False):
    """What a refusal is of, in the sender's terms."""

    type: str | None
    id: str | None


class ToldData(TypedDict, total=False):
    """The ``data`` of schemas.events, of every version: what an older one did not say is missing.

    ``clock``, ``start`` and ``rung`` of an escalation; ``of`` of a refusal.
    """

    complaint_id: Required[str]
    tracking: Required[str]
    agency: Required[str | None]
    at: str | None
    by: str
    role: str
    reason: str | None
    clock: str
    start: int
    rung: RungName
    of: ToldOf


class Told(TypedDict):
    """One event."""

    id: str
    source: str
    type: str
    time: str
    data: ToldData
