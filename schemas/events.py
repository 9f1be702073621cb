"""What this system says of a complaint on ``complaints.events``, event by event.

The case consumer reads ``routed`` and ``triaged`` with these models; the others are what
documents and tests hold the events against.
"""

from typing import Annotated, Literal, Required
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, FailFast, Field, ValidationError
from typing_extensions import TypedDict  # see schemas.complaint

from schemas import verbs
from schemas.complaint import AttachmentFields, PublicComplaint
from schemas.decision import DecisionRecord
from schemas.envelope import event_type
from schemas.limits import CONTAINERS, EVENT_ITEMS, MAX_EVENT
from schemas.structure import has_more_containers

Role = Literal["lead", "supporting"]
_WIRE = ConfigDict(extra="ignore", frozen=True)
# What an update said is passed on beside the fields of the event.
_OPEN = ConfigDict(extra="allow", frozen=True)

ComplaintId = Annotated[UUID, Field(description="of the complaint, for programs")]
Tracking = Annotated[str, Field(description="the code that a person can read out")]
_AGENCY_NAME = Field(None, description="the name of agency, for people")
_RESPOND_BY = Field(description="deadline of the first answer, where that clock runs")
_RESOLVE_BY = Field(description="deadline of the final answer, where that clock runs")
_OF = Field(None, description="the channel's own submission; not there for an anonymous complaint")
_BY = Field(description="desk, agency.<code>, channel.<channel> or clock.<name>: an office")


class SubmissionOf(TypedDict):
    """The submission that a case began with, in its channel's own terms."""

    source: str
    id: str


class SaidData(TypedDict, total=False):
    """One thing that was said in a case; what is not there was not said.

    ``by``: the office; ``verb``: of the update that said it; ``suggest``: the agency that was meant
    to have it, in the words of the one that handed it back.
    """

    at: Required[AwareDatetime]
    by: Required[str]
    verb: Required[str]
    note: str
    reason: str
    internal_note: str
    attachments: list[AttachmentFields]
    suggest: str


class RoutedData(BaseModel):
    """The ``data`` of ``complaint.routed.v1`` and ``complaint.triaged.v1``."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="null in triage")
    role: Role = Field("lead", description="the lead has the case's clocks")
    channel: str = Field(description="where the complaint came in")
    complaint: PublicComplaint = Field(description="as far as anonymity allows")
    decision: DecisionRecord = Field(description="why it went there")
    received_at: AwareDatetime = Field(description="when the router got it")
    routed_at: AwareDatetime = Field(description="when it was routed to this agency")
    respond_by: Annotated[AwareDatetime | None, _RESPOND_BY] = None
    resolve_by: Annotated[AwareDatetime | None, _RESOLVE_BY] = None
    of: SubmissionOf | None = _OF
    conversation: Annotated[tuple[SaidData, ...], FailFast(), Field(max_length=EVENT_ITEMS)] = (
        Field(
            (), description="where a case is routed anew: what was said in it so far, oldest first"
        )
    )


class OpenedData(BaseModel):
    """``complaint.opened.v1``: a case has begun. No text."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="code of who has it; null in triage")
    agency_name: str | None = Field(description="the name of agency, for people")
    respond_by: AwareDatetime | None = _RESPOND_BY
    resolve_by: AwareDatetime | None = _RESOLVE_BY
    at: AwareDatetime | None = Field(
        None, description="the moment from which it counts, where that is not when it was routed"
    )
    of: SubmissionOf | None = _OF


class MovedData(BaseModel):
    """``complaint.moved.v1``: it left ``agency`` (null: triage) and went to ``to`` (likewise).

    The deadlines are those of the agency that has it from now on.
    """

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="code of who had it; null: triage")
    agency_name: str | None = _AGENCY_NAME
    to: str | None = Field(description="code of who has it now; null: triage")
    to_name: str | None = Field(None, description="the name of to, for people")
    role: Role
    by: str = _BY
    at: AwareDatetime | None = Field(None, description="the moment from which it counts")
    reason: str | None = Field(description="why, in the words of who moved it")
    respond_by: Annotated[AwareDatetime | None, _RESPOND_BY] = None
    resolve_by: Annotated[AwareDatetime | None, _RESOLVE_BY] = None
    of: SubmissionOf | None = _OF


class JoinedData(BaseModel):
    """``complaint.joined.v1``: a supporting agency has the case too, from ``at`` on. For the audit
    trail alone."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str = Field(description="code of the supporting agency")
    at: AwareDatetime = Field(description="the moment from which it counts")


class ForgottenData(BaseModel):
    """``complaint.forgotten.v1``: a person was removed from the case, by whom at the desk and why.
    For the audit trail alone: whoever rebuilds cases from it removes the person again."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    by: str = Field(description="the name of who did it at the desk")
    reason: str | None = Field(None, description="why, without a name")


class MirroredData(BaseModel):
    """An update that was accepted, under its own verb, with the update's own data.

    Never with its ``internal_note``: that is in the case, in ``conversation`` of who has the case,
    and on the audit trail.
    """

    model_config = _OPEN
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="who has the complaint; who speaks, if an agency does")
    agency_name: str | None = _AGENCY_NAME
    role: Role
    by: str = _BY
    at: AwareDatetime = Field(description="the moment from which it counts")
    state: str = Field(description="the case's, after it")
    warnings: tuple[str, ...] = Field((), description="what was left out of the update, and why")
    of: SubmissionOf | None = _OF


class MergedData(MirroredData):
    """``complaint.merged.v1``: the desk joined it to a case about the same thing, which it follows.

    ``into``, ``into_id`` and ``followers`` go to the agency alone: a channel hears that the report
    was joined with others, and not with which. The deadlines are those of the case that leads.
    """

    into: Tracking | None = Field(None, description="of the case that leads; the agency's alone")
    into_id: UUID | None = Field(None, description="the same, for programs; the agency's alone")
    followers: int | None = Field(
        None, description="how many follow that case by now; the agency's alone"
    )
    note: str | None = Field(None, description="for everybody in the case, the reporter too")
    respond_by: Annotated[AwareDatetime | None, _RESPOND_BY] = None
    resolve_by: Annotated[AwareDatetime | None, _RESOLVE_BY] = None


class SeparatedData(MirroredData):
    """``complaint.separated.v1``: it follows no other case any more, its own clocks run again.

    ``why``: the desk parted them; the case that led ended without an answer (``lead-ended``); its
    reporter goes on after the final answer (``reopened``); the two are no longer of one kind
    (``unlike``), or with one agency (``moved``).
    """

    why: Literal["desk", "lead-ended", "reopened", "unlike", "moved"]
    into: Tracking | None = Field(None, description="of the case that led; the agency's alone")
    into_id: UUID | None = Field(None, description="the same, for programs; the agency's alone")
    note: str | None = Field(None, description="for everybody in the case, the reporter too")
    respond_by: Annotated[AwareDatetime | None, _RESPOND_BY] = None
    resolve_by: Annotated[AwareDatetime | None, _RESOLVE_BY] = None


class PolicyRef(BaseModel):
    """The policy under which the case started; the pair names it for ever."""

    model_config = _WIRE
    id: str
    version: str


class EscalatedData(BaseModel):
    """One for each case, clock, start of the clock and rung, ever."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="null in triage")
    clock: Literal["verification", "response", "resolution", "waiting"]
    start: int = Field(ge=1, description="the n-th start of that clock in this case")
    rung: Literal["reminder", "breach", "coordinator", "secretary", "inspectorate"]
    to: Literal["agency", "head", "coordinator", "secretary", "inspectorate"] = Field(
        description="the role to be told"
    )
    due_at: AwareDatetime = Field(description="the moment of this rung")
    fired_at: AwareDatetime
    late_seconds: float = Field(ge=0, description="how far behind its time the rung fired")
    policy: PolicyRef = Field(description="by which the case's clocks go")
    state: str = Field(description="the case's")


class OverdueData(BaseModel):
    """``complaint.overdue.v1``: the deadline of the final answer has passed. Told once, without a
    text."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="null in triage")
    agency_name: str | None = _AGENCY_NAME
    due_at: AwareDatetime = Field(description="the deadline that has passed")
    of: SubmissionOf | None = _OF


class ClosedData(BaseModel):
    """``complaint.closed.v1``: the end of a case, with all that a channel tells its reporter."""

    model_config = _WIRE
    complaint_id: ComplaintId
    tracking: Tracking
    agency: str | None = Field(description="code of who had the case; null: triage")
    agency_name: str | None = _AGENCY_NAME
    role: Role
    by: str = _BY
    how: Literal["dismissed", "withdrawn", "accepted", "closing"] = Field(
        description="by the desk; by the reporter, twice; by itself after a final answer"
    )
    reason: str = Field(description="a sentence")
    code: str | None = Field(None, description="of what the desk dismissed")
    duplicate_of: str | None = Field(None, description="a tracking code, with the code duplicate")
    sentence: str | None = Field(None, description="in Indonesian, for the reporter")
    note: str | None = Field(None, description="what was said with it")
    rating: int | None = Field(None, ge=1, le=5, description="the reporter's, 1 to 5")
    closed_at: AwareDatetime = Field(description="the moment from which it counts")
    of: SubmissionOf | None = _OF


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
    detail: str = Field(description="what is wrong, in a sentence; it quotes nothing")
    of: RejectedOf = Field(description="what was refused, in the sender's own terms")
    complaint_id: ComplaintId | None = None
    tracking: Tracking | None = None


class DiscardedData(BaseModel):
    """``complaint.discarded.v1``: an operator threw a parked message away. Audit trail only."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)
    parked: str = Field(description="the name of the parked message")
    way: str = Field(description="how it came to be parked")
    parked_reason: str | None = Field(description="why it was parked: a fixed code")
    parked_at: AwareDatetime | None
    origin: str | None = Field(alias="from", description="where it came from")
    size: int = Field(ge=0, description="bytes of its body")
    sha256: str = Field(description="of its body")
    reason: str = Field(description="why it was discarded, as the operator says")
    by: str = Field(description="who discarded it")
    sent_again: str | None = Field(
        None, description="the id of the edited message that went in its place, where one did"
    )
    sent_sha256: str | None = Field(None, description="of the body of that one")
    edited: list[str] | None = Field(
        None, description="JSON pointers to what is not as it was in that one; no values"
    )


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
