"""The directories of an installation as JSON: who answers, what about, where, by which door.

Codes stay for ever. Names, aliases, dates and successors are data, and change.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

_WIRE: Final = ConfigDict(extra="ignore", frozen=True)

ValidFrom = Annotated[
    dt.date | None, Field(description="the first day on which it exists; null: it always did")
]
ValidUntil = Annotated[
    dt.date | None, Field(description="the first day on which it is no more; null: no end is known")
]


class _Directory(BaseModel):
    """What all of them begin with."""

    model_config = _WIRE
    installation: str = Field(description="whose directory it is, for people")
    tenant: str = Field(description="the same, for programs")
    rules: str = Field(description="the version of the rules that it was made from")


class AgencyLine(BaseModel):
    """One agency: an OPD, the office of a district or village, or an external body."""

    model_config = _WIRE
    code: str = Field(description="never changes; the word of routing keys and of its queue")
    name: str
    short: str | None = Field(description="the name in short")
    aliases: tuple[str, ...] = Field(description="what people call it as well")
    kind: str = Field(description="opd, bagian, territorial or external")
    level: str | None = Field(
        description="of an external body: province, central, state-company or regional-company"
    )
    confirmed: bool = Field(description="whether the name was checked against its source")
    valid_from: ValidFrom
    valid_until: ValidUntil
    successor: str | None = Field(description="code of who answers for it after its end")
    queue: str = Field(description="where its system reads")


class AgencyDirectoryData(_Directory):
    """Every agency, those that have ended or not begun too."""

    agencies: tuple[AgencyLine, ...]


class TopicLine(BaseModel):
    """One topic of the rules: what may stand as `category` in a complaint."""

    model_config = _WIRE
    code: str
    name: str
    category: str | None = Field(description="the group that SP4N-LAPOR! has it in")
    lapor: tuple[int, ...] = Field(description="ids of SP4N-LAPOR! that mean it as well")
    agency: str = Field(
        description="who mostly answers: a code, or @village, @district, @triage (the desk)"
    )
    supporting: tuple[str, ...] = Field(description="who is told as well")
    oversight: bool = Field(description="whether it alleges abuse of authority or law-breaking")
    valid_from: ValidFrom
    valid_until: ValidUntil


class TopicDirectoryData(_Directory):
    """Every topic."""

    topics: tuple[TopicLine, ...]


class RegionLine(BaseModel):
    """The region itself, one of its districts or villages."""

    model_config = _WIRE
    code: str = Field(description="of Kemendagri (BPS codes differ): `region` in a location")
    level: str = Field(description="kabupaten, kota, kecamatan, kelurahan or desa")
    name: str
    parent: str | None = Field(description="code of what it lies in")
    aliases: tuple[str, ...] = Field(description="what people call it as well")
    office: str | None = Field(description="code of the agency that is its office")


class RegionDirectoryData(_Directory):
    """The region, its districts and villages, each after what it lies in."""

    regions: tuple[RegionLine, ...]


class ChannelLine(BaseModel):
    """One channel that this installation serves."""

    model_config = _WIRE
    code: str = Field(description="the routing key of its complaints")
    name: str
    source: str = Field(description="`source` of its submissions")
    queue: str = Field(description="where its adapter reads what becomes of them")


class ChannelDirectoryData(_Directory):
    """Every channel of the configuration. One that is not here works, but hears of nothing."""

    channels: tuple[ChannelLine, ...]


DIRECTORIES: Final[Mapping[str, type[_Directory]]] = MappingProxyType(
    {
        "agencies": AgencyDirectoryData,
        "topics": TopicDirectoryData,
        "regions": RegionDirectoryData,
        "channels": ChannelDirectoryData,
    }
)
"""The shape of each directory by its name."""
