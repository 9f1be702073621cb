"""The receipt of an update, ``complaint.received.v1``: for whoever sent it, and on no exchange of
ours."""

from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas import verbs
from schemas.envelope import event_type

RECEIPT: Final = event_type(verbs.RECEIVED)

Receipt = Literal["accepted", "unchanged", "repeated", "refused", "waiting"]


class ReceivedData(BaseModel):
    """The ``data`` of ``complaint.received.v1``. Null: not known, or not for this sender."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    outcome: Receipt = Field(
        description="accepted; unchanged: accepted, and the case is as it was; repeated: this"
        " update was taken in before; refused: it changes nothing and is parked; waiting: its case"
        " is not known yet, one more receipt follows"
    )
    reason: str | None = Field(None, description="of a refusal: a fixed code")
    detail: str | None = Field(None, description="of a refusal: what is wrong, in a sentence")
    state: str | None = Field(None, description="the case's, after the update")
    agency: str | None = Field(None, description="who has the case then; null in triage as well")
    complaint_id: UUID | None = None
    tracking: str | None = None
    warnings: tuple[str, ...] = Field((), description="what was left out of the update, and why")


class _Receipt(BaseModel):
    model_config = ConfigDict(extra="ignore")
    data: ReceivedData


def read_receipt(body: bytes) -> ReceivedData | None:
    """What a receipt says; None for one that a later version gives, and that says what this one
    cannot know."""
    try:
        return _Receipt.model_validate_json(body).data
    except ValidationError:
        return None
