"""A case as it is shown over HTTP: to the public, to its channel, to its agency."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from broker.domain.case import Case, CaseClock, Said, office_of
from broker.domain.clocks import RESOLUTION, VERIFICATION, WAITING
from broker.domain.routing.directory import AgencyDirectory

StateName = Literal["triage", "routed", "acknowledged", "responded", "held", "resolved", "closed"]


class AgencyView(BaseModel):
    """Who has the case."""

    code: str
    name: str


class NoteView(BaseModel):
    """One thing that an office said to everybody in the case."""

    at: datetime
    by: str = Field(description="the office: desk, agency.<code>, channel.<code>")
    by_name: str | None = Field(None, description="of an agency")
    verb: str
    note: str | None = None
    reason: str | None = None
    attachments: list[dict[str, object]] = []


class ClosedView(BaseModel):
    """How it ended."""

    at: datetime
    by: str = Field(description="the office")
    how: str
    reason: str
    code: str | None = None
    duplicate_of: str | None = None


class PublicCase(BaseModel):
    """What whoever has the tracking code and the pin may see."""

    tracking: str
    state: StateName
    agency: AgencyView | None = Field(None, description="null while the desk has it")
    received_at: datetime
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    question: str | None = Field(None, description="what the office waits for")
    reply_by: datetime | None = Field(None, description="until when it waits")
    notes: list[NoteView] = []
    closed: ClosedView | None = None
    rating: int | None = None
    follows: str | None = None
    followed_by: list[str] = []
    merged: bool = Field(
        False, description="answered together with other reports about the same thing"
    )


class ChannelCase(PublicCase):
    """The same for the channel that it came by, with the complaint."""

    complaint_id: str
    channel: str
    complaint: dict[str, object] | None = Field(
        None, description="as it was published; null once its words are dropped"
    )


class AgencyCase(ChannelCase):
    """The same for an agency that has it or supports: with everything that was said."""

    role: Literal["lead", "supporting"]
    topic: str | None = None
    because: str | None = None
    classification: str
    oversight: bool
    anonymous: bool
    merged_into: str | None = Field(
        None, description="the report that it follows: what is answered there reaches it too"
    )
    followers: int = Field(0, description="reports that follow this one")


class AgencyCases(BaseModel):
    """A page of an agency's cases, oldest first; ``next`` is the ``after`` of the next page."""

    cases: list[AgencyCase]
    next: str | None = None


def public_view(case: Case, said: Sequence[Said], directory: AgencyDirectory) -> dict[str, object]:
    """For whoever knows code and pin: notes of offices, no word of the reporter's."""
    notes = [one for one in said if not one.by_reporter]
    return _seen(case, notes, [_note(one, directory, inside=False) for one in notes], directory)


def _seen(
    case: Case, said: Sequence[Said], notes: list[dict[str, object]], directory: AgencyDirectory
) -> dict[str, object]:
    """``said`` and the same as it is shown: what everybody may see, and those notes."""
    return {
        "tracking": case.tracking,
        "state": case.state.value,
        "agency": _agency(case.agency, directory),
        "received_at": case.received_at,
        "respond_by": _due(case.response),
        "resolve_by": _due(case.clock(RESOLUTION.name)) or _due(case.clock(VERIFICATION.name)),
        "responded_at": case.response.stopped_at if case.response else None,
        "resolved_at": _stopped(case.clock(RESOLUTION.name)),
        **_question(case, said),
        "notes": notes,
        "closed": _closed(case),
        "rating": case.rating,
        "follows": case.follows,
        "followed_by": list(case.followed_by),
        "merged": case.merged_into is not None,
    }


def channel_view(case: Case, said: Sequence[Said], directory: AgencyDirectory) -> dict[str, object]:
    """For the channel that it came by: what its reporter said too."""
    return _whole(case, said, directory, inside=False)


def agency_view(
    case: Case, said: Sequence[Said], directory: AgencyDirectory, role: str
) -> dict[str, object]:
    """For an agency that has it: internal notes too."""
    leads = role == "lead"  # who supports has no part in the cases that it is merged with
    return {
        **_whole(case, said, directory, inside=True),
        "role": role,
        "topic": case.decision.topic,
        "because": case.decision.because,
        "classification": case.classification,
        "oversight": case.oversight,
        "anonymous": case.anonymous,
        "merged_into": case.merged_into.tracking if leads and case.merged_into else None,
        "followers": len(case.merged) if leads else 0,
    }


def _whole(
    case: Case, said: Sequence[Said], directory: AgencyDirectory, *, inside: bool
) -> dict[str, object]:
    notes = [_note(one, directory, inside=inside) for one in said]
    return {
        **_seen(case, said, notes, directory),
        "complaint_id": str(case.complaint_id),
        "channel": case.channel,
        "complaint": case.complaint,
    }


def _agency(code: str | None, directory: AgencyDirectory) -> dict[str, str] | None:
    return None if code is None else {"code": code, "name": directory.agency_name(code)}


def _note(said: Said, directory: AgencyDirectory, *, inside: bool) -> dict[str, object]:
    who, _, code = said.by.partition(".")
    note: dict[str, object] = {
        "at": said.at,
        "by": said.by,
        "by_name": directory.agency_name(code) if who == "agency" else None,
        "verb": said.verb,
        "note": said.note,
        "reason": said.reason,
        "attachments": list(said.attachments),
    }
    if inside and said.internal_note:
        note["internal_note"] = said.internal_note
    return note


def _question(case: Case, notes: Sequence[Said]) -> dict[str, object]:
    waiting = case.clock(WAITING.name)
    if waiting is None or not waiting.open:
        return {"question": None, "reply_by": None}
    asked = next((one.note for one in reversed(notes) if one.verb == "held"), None)
    return {"question": asked, "reply_by": waiting.due_at}


def _closed(case: Case) -> dict[str, object] | None:
    closed = case.closed
    if closed is None:
        return None
    return {
        "at": closed.at,
        "by": office_of(closed.by),
        "how": closed.how,
        "reason": closed.sentence or closed.reason,
        "code": closed.code,
        "duplicate_of": closed.duplicate_of,
    }


def _due(clock: CaseClock | None) -> datetime | None:
    return clock.due_at if clock is not None and clock.open else None


def _stopped(clock: CaseClock | None) -> datetime | None:
    return clock.stopped_at if clock is not None else None
