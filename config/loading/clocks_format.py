"""The format of `sla.toml` and `holidays.toml`, as strict models."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from broker.domain.clocks.policies import Role, RungName

_Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
_Text = Annotated[str, Field(min_length=1)]
_WorkingDays = Annotated[int, Field(ge=1, le=1000)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CalendarTable(_Table):
    zone: str
    close_of_business: dt.time


class RungTable(_Table):
    name: RungName
    offset: Annotated[int, Field(ge=-100, le=1000)]
    to: Role


class LadderTable(_Table):
    id: _Identifier
    rungs: list[RungTable]


class ResolutionTable(_Table):
    information_request: _WorkingDays
    complaint: _WorkingDays
    aspiration: _WorkingDays
    oversight: _WorkingDays


class DaysTable(_Table):
    verification: _WorkingDays
    response: _WorkingDays
    waiting: _WorkingDays
    closing: _WorkingDays
    resolution: ResolutionTable


class PolicyTable(_Table):
    id: _Identifier
    version: _Text
    legal_basis: Annotated[list[_Text], Field(min_length=1)]
    confirmed: bool
    note: str = ""
    valid_from: dt.date
    valid_until: dt.date | None = None
    ladder: str
    days: DaysTable


class SlaFile(_Table):
    calendar: CalendarTable
    ladder: Annotated[list[LadderTable], Field(min_length=1)]
    policy: Annotated[list[PolicyTable], Field(min_length=1)]
    superseded: list[PolicyTable] = []
    """Earlier versions that turned out wrong: for the cases that began under them alone."""


class DayTable(_Table):
    """A day on which the region differs from the country; `announced`: when it became known."""

    date: dt.date
    reason: _Text
    decree: str = ""
    announced: dt.date | None = None


class HolidaysFile(_Table):
    day_off: list[DayTable] = []
    working_day: list[DayTable] = []
