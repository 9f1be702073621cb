"""A complaint: what an adapter sends (``complaint.submitted.v1``), field by field."""

import re
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    Required,
)
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict  # before Python 3.12 pydantic cannot read typing's own

from schemas.identifiers import normalise_tracking
from schemas.limits import ATTACHMENTS, EXTERNAL_ID, EXTRA_KEYS, FOLLOWS

SUBMITTED = "complaint.submitted.v1"
LARGEST_CATEGORY: Final = 10**9
"""Of the ids that SP4N-LAPOR! has for categories."""

Classification = Literal["complaint", "aspiration", "information_request"]
Text = Annotated[str, StringConstraints(min_length=1)]


def _earlier(word: str) -> str:
    """The canonical form of a tracking code or a complaint_id."""
    if (code := normalise_tracking(word)) is not None:
        return code
    try:
        return str(UUID(word.strip()))
    except ValueError:
        raise PydanticCustomError("follows", "neither a complaint_id nor a tracking code") from None


_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?\s*")
_UNIX: Final = (1_000_000_000, 4_000_000_000)
"""Seconds since 1970 that a number may be, or a thousand times as many: 2001 to 2096."""


def _no_other_number(moment: object) -> object:
    """A number counts seconds or milliseconds since 1970: a spreadsheet's days (45659.4) and a date
    without marks (20250102) would be an hour or a month of that year."""
    if isinstance(moment, str):
        if not _NUMBER.fullmatch(moment):
            return moment
        number = float(moment)
    elif isinstance(moment, (int, float)) and not isinstance(moment, bool):
        number = moment
    else:
        return moment
    if any(_UNIX[0] * scale <= number < _UNIX[1] * scale for scale in (1, 1000)):
        return moment
    raise PydanticCustomError("moment", "neither an RFC 3339 timestamp nor seconds since 1970")


Moment = Annotated[AwareDatetime, BeforeValidator(_no_other_number), Field(strict=False)]
Earlier = Annotated[str, StringConstraints(max_length=FOLLOWS), AfterValidator(_earlier)]
ExternalId = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=EXTERNAL_ID,
        pattern=r"^[^\x00-\x1f\x7f-\x9f]*$",
    ),
]

# What the schema asks of a sender; anything else is taken as well, see ``read_submission``.
Flag = Annotated[
    Any, WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "null"}], "default": None})
]

# Strict: on the wire a number is a number. Unknown fields are ignored.
_WIRE = ConfigDict(strict=True, extra="ignore", frozen=True)


class Location(BaseModel):
    """Where it is; any of the fields."""

    model_config = _WIRE
    region: str | None = Field(None, description="Kemendagri code (BPS codes differ)")
    district: str | None = Field(None, description="kecamatan")
    village: str | None = Field(None, description="kelurahan or desa")
    address: str | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None


class Reporter(BaseModel):
    """Who reports; any of the fields. Never leaves the router for an anonymous complaint."""

    model_config = _WIRE
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    national_id: str | None = Field(None, description="NIK")


class Attachment(BaseModel):
    """A file that lies elsewhere."""

    model_config = _WIRE
    url: Text
    media_type: str | None = None
    size: Annotated[int, Field(ge=0, le=2**53)] | None = Field(None, description="bytes")


class ComplaintData(BaseModel):
    """The ``data`` of ``complaint.submitted.v1``; only ``text`` is required."""

    model_config = _WIRE
    text: str = Field(
        description="the complaint in the reporter's words: not empty after trimming",
        json_schema_extra={"minLength": 1, "pattern": r"\S"},
    )
    title: str | None = Field(None, description="a headline, where the reporter gave one")
    occurred_at: Moment | None = Field(None, description="when it happened, with an offset")
    classification: Classification | None = Field(
        None, description="complaint where it is left out"
    )
    oversight: bool | None = Field(
        None, description="alleges abuse of authority or law-breaking (berkadar pengawasan)"
    )
    category: str | Annotated[int, Field(ge=0, le=LARGEST_CATEGORY)] | None = Field(
        None, description="topic code or SP4N-LAPOR! id"
    )
    agency: str | None = Field(None, description="the agency that the reporter picked")
    location: Location | None = Field(None, description="where it is")
    reporter: Reporter | None = Field(None, description="who reports")
    anonymous: Flag = Field(
        None, description="nobody learns who reports; anything but false, null or absent is true"
    )
    confidential: Flag = Field(
        None, description="not for the public; anything but false, null or absent is true"
    )
    attachments: (
        Annotated[list[Attachment], Field(json_schema_extra={"maxItems": ATTACHMENTS})] | None
    ) = Field(None, description="files that lie elsewhere")
    follows: Earlier | None = Field(
        None, description="tracking code or complaint_id of a complaint that this one goes on with"
    )
    external_id: ExternalId | Annotated[int, Field(ge=0, le=2**63)] | None = Field(
        None, description="its id in another system, such as the Tracking ID of SP4N-LAPOR!"
    )
    extra: (
        Annotated[dict[str, object], Field(json_schema_extra={"maxProperties": EXTRA_KEYS})] | None
    ) = Field(None, description="the adapter's own, passed on untouched unless it is anonymous")


class LocationFields(TypedDict, total=False):
    """The fields of a location that have a value."""

    region: str
    district: str
    village: str
    address: str
    latitude: float
    longitude: float


class ReporterFields(TypedDict, total=False):
    """The fields of a reporter that have a value."""

    name: str
    phone: str
    email: str
    national_id: str


class AttachmentFields(TypedDict, total=False):
    """The fields of an attachment that have a value; ``sensitive`` for an anonymous complaint."""

    url: Required[str]
    media_type: str
    size: int
    sensitive: bool


class PublicComplaint(TypedDict, total=False):
    """A complaint as it leaves the router and lies in its case, as far as anonymity allows.

    Fields without a value are not there. It is a dictionary, so that it goes on the wire and into
    the store as it stands.
    """

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]  # -- pydantic's own way

    text: Required[str]
    classification: Classification
    anonymous: bool
    confidential: bool
    title: str
    occurred_at: str
    oversight: bool
    category: str
    agency: str
    location: LocationFields
    attachments: list[AttachmentFields]
    follows: str
    external_id: str
    reporter: ReporterFields
    extra: dict[str, object]
