"""Every message of the contract, with the shape that it has on the wire.

What is published of messages (JSON Schemas, the AsyncAPI document) is made from this list, and
this list from the verbs and from the models that messages are read with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from schemas import events, verbs
from schemas.complaint import SUBMITTED, AttachmentFields, ComplaintData
from schemas.envelope import event_type
from schemas.receipt import ReceivedData
from schemas.update_data import UPDATE_DATA

_Fields = dict[str, Any]
"""Fields of a model that is made here: the type of each, and what is said of it."""
_WIRE: Final = ConfigDict(extra="ignore", frozen=True)
_NAMED: Final = Field(min_length=1, json_schema_extra={"pattern": r"\S"})


class Kind(StrEnum):
    """What a message is for; type and verb of an update and of its mirror are the same."""

    SUBMISSION = "submission"
    UPDATE = "update"
    EVENT = "event"
    RECEIPT = "receipt"


class _Sent(BaseModel):
    """CloudEvents 1.0 in structured mode, as adapters, agencies and the desk send it."""

    model_config = _WIRE
    specversion: Literal["1.0"]
    id: Annotated[str, _NAMED] = Field(
        description="unique within source; the same again is a repeat, and changes nothing"
    )
    source: str = Field(description="/channels/<channel>, or the sender's own name for itself")
    time: AwareDatetime | None = Field(None, description="when it was said")
    datacontenttype: Literal["application/json"] | None = None


class _SentOfCase(_Sent):
    subject: Annotated[str, _NAMED] = Field(description="complaint_id or tracking code")


class _Told(BaseModel):
    """CloudEvents 1.0 in structured mode, as this system publishes it."""

    model_config = _WIRE
    specversion: Literal["1.0"]
    id: str = Field(
        description="the same message handled twice bears the same id: know repeats by it",
        json_schema_extra={"format": "uuid"},
    )
    source: str = Field(
        description="which part of this system says it", json_schema_extra={"pattern": "^/pintu/"}
    )
    time: AwareDatetime = Field(description="when it is said")
    datacontenttype: Literal["application/json"]
    subject: str | None = Field(None, description="complaint_id, where it is known")


_ENVELOPES: Final[Mapping[Kind, type[BaseModel]]] = MappingProxyType(
    {
        Kind.SUBMISSION: _Sent,
        Kind.UPDATE: _SentOfCase,
        Kind.EVENT: _Told,
        Kind.RECEIPT: _Told,
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the contract; ``data`` is the model of its data."""

    kind: Kind
    verb: str
    data: type[BaseModel]

    @property
    def wire_type(self) -> str:
        """The CloudEvents type."""
        return event_type(self.verb)

    @property
    def name(self) -> str:
        """Unique among all messages: ``update.held``, ``event.held``."""
        return f"{self.kind}.{self.verb}"

    def model(self) -> type[BaseModel]:
        """The whole message: envelope and data."""
        constant = {"type": "string", "const": self.wire_type}
        fields: _Fields = {
            "type": (Annotated[str, WithJsonSchema(constant)], Field(description="what it is")),
            "data": (self.data, ...),
        }
        made: type[BaseModel] = create_model(
            f"{self.verb.title()}{self.kind.title()}",
            __base__=_ENVELOPES[self.kind],
            __doc__=self.data.__doc__,
            **fields,
        )
        return made


def _mirror_of(verb: str) -> type[BaseModel]:
    """An accepted update as it is told: with what it said, but for its ``internal_note``."""
    update = UPDATE_DATA[verb]
    said: _Fields = {
        name: (field.annotation, field)
        for name, field in update.model_fields.items()
        if name not in ("internal_note", "attachments")
    }
    said["attachments"] = (
        list[AttachmentFields],
        Field([], description="files that lie elsewhere"),
    )
    made: type[BaseModel] = create_model(
        f"{verb.title()}Data", __base__=events.MirroredData, __doc__=update.__doc__, **said
    )
    return made


_OWN: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {
        verbs.ROUTED: events.RoutedData,
        verbs.TRIAGED: events.RoutedData,
        verbs.OPENED: events.OpenedData,
        verbs.MOVED: events.MovedData,
        verbs.CLOSED: events.ClosedData,
        verbs.REJECTED: events.RejectedData,
        verbs.OVERDUE: events.OverdueData,
        verbs.ESCALATED: events.EscalatedData,
        verbs.DISCARDED: events.DiscardedData,
        verbs.FORGOTTEN: events.ForgottenData,
        verbs.JOINED: events.JoinedData,
        verbs.MERGED: events.MergedData,
        verbs.SEPARATED: events.SeparatedData,
    }
)
"""Events that are no accepted update under its own verb."""


def _messages() -> tuple[Message, ...]:
    told = (*verbs.EVENTS, *verbs.AUDIT_EVENTS)
    return (
        Message(Kind.SUBMISSION, SUBMITTED.split(".")[1], ComplaintData),
        *(Message(Kind.UPDATE, verb, data) for verb, data in UPDATE_DATA.items()),
        *(Message(Kind.EVENT, verb, _OWN.get(verb) or _mirror_of(verb)) for verb in told),
        Message(Kind.RECEIPT, verbs.RECEIVED, ReceivedData),
    )


MESSAGES: Final = _messages()
