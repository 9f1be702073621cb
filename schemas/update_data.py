"""What an update may say, verb by verb: the one list that the reader of updates goes by
(schemas.meaning), and that the published schemas are made from (schemas.catalogue).

The models say what a sender should write. The reader takes more than that.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas import verbs
from schemas.complaint import LARGEST_CATEGORY, Classification
from schemas.limits import ATTACHMENT_CHARACTERS, ATTACHMENTS, NOTE_CHARACTERS

DismissalCode = Literal[
    "not-ours", "incomplete", "duplicate", "not-a-complaint", "in-court", "abuse", "other"
]
DUPLICATE: Final = "duplicate"
BEST_RATING: Final = 5

_WIRE: Final = ConfigDict(extra="ignore", frozen=True, strict=True)
_NOT_BLANK: Final = {"pattern": r"\S"}

Words = Annotated[str, StringConstraints(max_length=NOTE_CHARACTERS)]
"""Plain text; control characters are taken out."""
Needed = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NOTE_CHARACTERS),
    Field(json_schema_extra=_NOT_BLANK),
]
_Address = Annotated[str, StringConstraints(min_length=1, max_length=ATTACHMENT_CHARACTERS)]


class UpdateAttachment(BaseModel):
    """A file that lies elsewhere."""

    model_config = _WIRE
    url: _Address
    media_type: Annotated[str, StringConstraints(max_length=ATTACHMENT_CHARACTERS)] | None = None
    size: Annotated[int, Field(ge=0, le=2**53)] | None = Field(None, description="bytes")


class FromChannel(BaseModel):
    """What a channel may say in any update, on behalf of a reporter."""

    model_config = _WIRE
    note: Words | None = Field(None, description="for everybody in the case, the reporter too")
    attachments: (
        Annotated[list[UpdateAttachment], Field(json_schema_extra={"maxItems": ATTACHMENTS})] | None
    ) = None


class FromOffice(FromChannel):
    """What an agency or the desk may say in any update."""

    internal_note: Words | None = Field(None, description="for agencies and the desk only")


class AcknowledgedUpdate(FromOffice):
    """The agency has seen the complaint."""


class RespondedUpdate(FromOffice):
    """The agency's first answer: stops the response clock."""


class ResolvedUpdate(FromOffice):
    """The agency's final answer: stops response and resolution, starts closing."""

    note: Needed = Field(description="the final answer in words: it is told to the reporter")


class HeldUpdate(FromOffice):
    """It waits for the reporter, ``note`` being the question; of the agency, in triage of the desk.

    Waiting runs, the other clocks stand still.
    """


class ResumedUpdate(FromOffice):
    """The hold ends; of the agency, in triage of the desk."""


class ReturnedUpdate(FromOffice):
    """Not ours: the agency hands it back, and it is routed anew without it."""

    reason: Needed = Field(description="why it is not this agency's")
    suggest: Words | None = Field(None, description="code of the agency that should have it")


class AssignedUpdate(FromOffice):
    """The desk gives it to an agency, out of triage or from another agency."""

    agency: Needed = Field(description="code of the agency that gets it")
    oversight: bool | None = Field(
        None, description="whether it does allege abuse of authority or law-breaking"
    )
    classification: Classification | None = Field(
        None, description="what it is; the deadlines follow"
    )
    category: Words | Annotated[int, Field(ge=0, le=LARGEST_CATEGORY)] | None = Field(
        None, description="topic code or SP4N-LAPOR! id"
    )
    title: Words | None = Field(None, description="for publication")


class DismissedUpdate(FromOffice):
    """The desk closes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"code": {"const": DUPLICATE}}, "required": ["code"]},
            "then": {
                "properties": {"duplicate_of": {"type": "string"}},
                "required": ["duplicate_of"],
            },
        }
    )
    reason: Needed = Field(description="why, in words")
    code: DismissalCode | None = Field(None, description="why, for programs; other if left out")
    duplicate_of: Words | None = Field(
        None, description="tracking code of the other complaint; only with the code duplicate"
    )


class MergedUpdate(FromOffice):
    """The desk joins the case to another that is about the same thing: it follows that one."""

    into: Needed = Field(
        description="tracking code or complaint_id of the case that leads: what its agency answers"
        " reaches this one too"
    )


class SeparatedUpdate(FromOffice):
    """The desk parts it from the case that it was merged into: its own clocks run again."""


class RepliedUpdate(FromChannel):
    """The reporter speaks: ends a hold; after ``resolved`` the case is open again."""

    reopen: bool | None = Field(
        None, description="false for thanks and remarks: then a resolved case stays as it is"
    )


class AcceptedUpdate(FromChannel):
    """The reporter is content: closes what is resolved."""

    rating: Annotated[int, Field(ge=1, le=BEST_RATING)] | None = None


class WithdrawnUpdate(FromChannel):
    """The reporter closes it."""


UPDATE_DATA: Final[Mapping[str, type[FromChannel]]] = MappingProxyType(
    {
        verbs.ACKNOWLEDGED: AcknowledgedUpdate,
        verbs.RESPONDED: RespondedUpdate,
        verbs.RESOLVED: ResolvedUpdate,
        verbs.HELD: HeldUpdate,
        verbs.RESUMED: ResumedUpdate,
        verbs.RETURNED: ReturnedUpdate,
        verbs.ASSIGNED: AssignedUpdate,
        verbs.DISMISSED: DismissedUpdate,
        verbs.MERGED: MergedUpdate,
        verbs.SEPARATED: SeparatedUpdate,
        verbs.REPLIED: RepliedUpdate,
        verbs.ACCEPTED: AcceptedUpdate,
        verbs.WITHDRAWN: WithdrawnUpdate,
    }
)
"""The data of each update by its verb."""
