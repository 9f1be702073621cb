"""What this system says of a complaint on ``complaints.events``, event by event.

The case consumer reads ``routed`` and ``triaged`` with these models; the others are what
documents and tests hold the events against.
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import TypedDict  # see schemas.complaint

from schemas import verbs
from schemas.complaint import PublicComplaint
from schemas.decision import DecisionRecord
from schemas.envelope import event_type
from schemas.limits import CONTAINERS, MAX_EVENT
from schemas.structure import has_more_containers

Role = Literal["lead", "supporting"]
_WIRE = ConfigDict(extra="ignore", frozen=True)
# What an update said is passed on beside the fields of the event.
_OPEN = ConfigDict(extra="allow", frozen=True)


class SubmissionOf(TypedDict):
    """The submission that a case began with, in its channel's own terms."""

    source: str
    id: str


class RoutedData(BaseModel):
    """The ``data`` of ``complaint.routed.v1`` and ``complaint.triaged.v1``."""

    model_config = _WIRE
    complaint_id: UUID
    tracking: str
    agency: str | None = Field(description="null in triage")
    role: Role = "lead"
    channel: str
    complaint: PublicComplaint = Field(description="as far as anonymity allows")
    decision: DecisionRecord
    received_at: AwareDatetime
    routed_at: AwareDatetime
    respond_by: AwareDatetime | None = None
    resolve_by: AwareDatetime | None = None
    of: SubmissionOf | None = Field(None, description="not there for an anonymous complaint")


class OpenedData(BaseModel):
    """``complaint.opened.v1``: a case has begun. No text."""

    model_config = _WIRE
    complaint_id: UUID
    tracking: str
    agency: str | None
    agency_name: str | None
    respond_by: AwareDatetime | None
    resolve_by: AwareDatetime | None


class MovedData(BaseModel):
    """``complaint.moved.v1``: it left ``agency`` (null: triage) and went to ``to`` (likewise)."""

    model_config = _WIRE
    complaint_id: UUID
    tracking: str
    agency: str | None
    to: str | None
    role: Role
    by: str
    reason: str | None


class MirroredData(BaseModel):
    """An update that was accepted, under its own verb, with the update's own data."""

    model_config = _OPEN
    complaint_id: UUID
    tracking: str
    agency: str | None = Field(description="who has the complaint; who speaks, if an agency does")
    role: Role
    by: str = Field(description="agency.<code>, desk.<name>, channel.<channel> or clock.<name>")
    at: AwareDatetime = Field(description="the moment from which it counts")
    state: str = Field(description="the case's, after it")


class PolicyRef(BaseModel):
    """The policy under which the case started; the pair names it for ever."""

    model_config = _WIRE
    id: str
    version: str


class EscalatedData(BaseModel):
    """One for each case, clock, start of the clock and rung, ever."""

    model_config = _WIRE
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


class ClosedData(BaseModel):
    """``complaint.closed.v1``: the end of a case."""

    model_config = _WIRE
    complaint_id: UUID
    tracking: str
    agency: str | None
    role: Role
    by: str
    how: Literal["dismissed", "withdrawn", "closing"]
    reason: str = Field(description="a sentence")
    closed_at: AwareDatetime


class RejectedOf(BaseModel):
    """What was refused, in the sender's own terms."""

    model_config = _WIRE
    source: str | None
    type: str | None
    id: str | None = None


class RejectedData(BaseModel):
    """``complaint.rejected.v1``: something changed nothing, and why."""

    model_config = _WIRE
    reason: str = Field(description="a fixed code")
    detail: str
    of: RejectedOf
    complaint_id: UUID | None = None
    tracking: str | None = None


class Routing(BaseModel):
    """``complaint.routed.v1`` or ``complaint.triaged.v1`` as an event."""

    model_config = _WIRE
    id: str = Field(min_length=1, max_length=100)
    source: str
    type: str
    data: RoutedData


class BadEvent(ValueError):
    """No ``routed`` or ``triaged`` event; the message names the field and quotes nothing."""


def read_routing(body: bytes) -> Routing:
    """A ``routed`` or ``triaged`` event, which only this system publishes.

    Raises:
        BadEvent: it is none, or says one thing in its type and another in its data.
    """
    if len(body) > MAX_EVENT:
        raise BadEvent(f"{len(body)} bytes: no event of ours is as long")
    if has_more_containers(body, CONTAINERS):
        raise BadEvent(f"event: more than {CONTAINERS} objects and lists")
    try:
        event = Routing.model_validate_json(body)
    except ValidationError as why:
        first = why.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "event"
        raise BadEvent(f"{place}: {first['msg']}") from None
    verb = verbs.TRIAGED if event.data.agency is None else verbs.ROUTED
    if event.type != event_type(verb):
        raise BadEvent(f"type: not {event_type(verb)}, as its agency says")
    return event
