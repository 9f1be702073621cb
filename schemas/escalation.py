"""``complaint.escalated.v1``: a clock has reached a rung of its ladder."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class PolicyRef(BaseModel):
    """The policy under which the case started; the pair names it for ever."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    id: str
    version: str


class EscalatedData(BaseModel):
    """One for each case, clock, start of the clock and rung, ever."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    complaint_id: UUID
    tracking: str
    agency: str | None = Field(description="null in triage")
    clock: Literal["verification", "response", "resolution", "waiting"]
    start: int = Field(ge=1, description="the n-th start of that clock in this case")
    rung: Literal["reminder", "breach", "coordinator", "secretary", "inspectorate"]
    to: Literal["agency", "head", "coordinator", "secretary", "inspectorate"] = Field(
        description="the role to be told"
    )
    due_at: AwareDatetime
    fired_at: AwareDatetime
    late_seconds: float = Field(ge=0, description="how far behind its time the rung fired")
    policy: PolicyRef
    state: str
