"""The format of the rules files (docs/reference/rules.md): a strict model a kind of entry."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config.language import gettext

CODE = r"^[a-z][a-z0-9-]{0,39}$"
TOPIC_ID = r"^[a-z][a-z0-9-]{0,59}$"

Code = Annotated[str, Field(pattern=CODE)]
Id = Annotated[str, Field(pattern=TOPIC_ID)]
Named = Annotated[str, Field(min_length=1, max_length=200)]
AnyAgency = Annotated[str, Field(pattern=r"^(@village|@district|@triage|[a-z][a-z0-9-]{0,39})$")]
Helper = Annotated[str, Field(pattern=r"^(@village|@district|[a-z][a-z0-9-]{0,39})$")]
Kemendagri = Annotated[str, Field(pattern=r"^\d\d(\.\d\d){0,2}(\.\d{4})?$")]
Confidence = Annotated[float, Field(ge=0, le=1, strict=False)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Dated(Entry):
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


class Confidences(Entry):
    auto: Confidence = 0.60
    picked: Confidence = 0.95
    category: Confidence = 0.95


Days = Annotated[int, Field(ge=1, le=3_650)]


class RetentionEntry(Entry):
    copies_days: Days = 90
    audit_days: Days = 90
    audit_gigabytes: Annotated[float, Field(ge=0.1, le=100_000, strict=False)] = 5
    journal_days: Days = 400
    closed_cases_days: Days = 400
    closed_text_days: Days = 90
    similar_days: Annotated[int, Field(ge=0, le=30)] = 30
    parked_days: Days | None = None


class RulesFile(Entry):
    tenant: Code
    name: Named
    version: Named
    region: Kemendagri
    confidence: Confidences = Confidences()
    retention: RetentionEntry = RetentionEntry()


class AgencyEntry(Dated):
    code: Code
    name: Named
    short: Named | None = None
    kind: Literal["opd", "bagian", "territorial", "external"] = "opd"
    level: Literal["province", "central", "state-company", "regional-company"] | None = None
    aliases: list[Named] = []
    confirmed: bool = True
    note: str | None = None
    successor: Code | None = None

    @field_validator("code")
    @classmethod
    def _not_reserved(cls, code: str) -> str:
        if code == "triage":
            raise ValueError(gettext("'triage' is reserved; choose another code"))
        return code


class WhenEntry(Dated):
    """Any other key is an attribute and its value."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, str]

    agency: AnyAgency
    region: Kemendagri | None = None
    because: Named | None = None
    supporting: list[Helper] = []


class TopicEntry(Dated):
    id: Id
    name: Named
    agency: AnyAgency
    category: Named | None = None
    lapor: list[int] = []
    supporting: list[Helper] = []
    oversight: bool = False
    phrases: list[Named] = []
    strong: list[Named] = []
    weak: list[Named] = []
    against: list[Named] = Field(default=[], alias="not")
    when: list[WhenEntry] = []
    note: str | None = None


class ValueEntry(Entry):
    id: Id
    name: Named
    phrases: list[Named] = []


class AttributeEntry(Entry):
    name: Id
    value: Annotated[list[ValueEntry], Field(min_length=1)]


class ChannelEntry(Entry):
    code: Code
    name: Named
    by_hand: bool = False


class IgnoreTable(Entry):
    words: list[Named] = []


class OrdinaryTable(Entry):
    words: list[Named] = []
    sayings: list[Named] = []


class WordsFile(Entry):
    expand: dict[str, str] = {}
    ignore: IgnoreTable = IgnoreTable()
    ordinary: OrdinaryTable = OrdinaryTable()
    keep: IgnoreTable = IgnoreTable()


class PlaceRow(Entry):
    code: Kemendagri
    level: Literal["kabupaten", "kota", "kecamatan", "kelurahan", "desa"]
    name: Named
    parent: Kemendagri | None = None
    aliases: list[Named] = []
    office: Code | None = None


class RoadRow(Entry):
    name: Named
    road_class: Id = Field(alias="class")
    aliases: list[Named] = []
    places: list[Kemendagri] = []
    confirmed: bool = True


class LandmarkRow(Entry):
    name: Named
    place: Kemendagri
    shows: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*=[a-z][a-z0-9-]*$")]] = []
    aliases: list[Named] = []
    confirmed: bool


class OutsideRow(Entry):
    name: Named
    level: Literal["provinsi", "kabupaten", "kota", "kecamatan"]
    aliases: list[Named] = []
