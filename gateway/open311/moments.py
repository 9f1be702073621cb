"""Moments as the W3C's note has them (https://www.w3.org/TR/NOTE-datetime), with their offset."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.domain.clocks import WorkingCalendar
from config.language import marked
from gateway.open311.errors import wrong
from gateway.open311.forms import Fields

SPAN: Final = timedelta(days=90)
_YEARS: Final = range(1970, 2970)
"""From which one may count days to both sides."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPACE_FOR_PLUS: Final = re.compile(r"(T[\d:.]+) (\d{2}:?\d{2})$")
"""A plus sign that a client put into the address as it is."""


def written(moment: datetime, calendar: WorkingCalendar) -> str:
    """In the region's own zone, to the second."""
    return calendar.local(moment).isoformat(timespec="seconds")


def moment(fields: Fields, name: str) -> datetime | None:
    """A parameter; None where it was not sent. Raises Refusal."""
    text = fields.one(name)
    if text is None:
        return None
    if _DAY.fullmatch(text):
        text += "T00:00:00Z"
    try:
        found = datetime.fromisoformat(_SPACE_FOR_PLUS.sub(r"\1+\2", text))
        if found.tzinfo is None:
            raise ValueError
        found = found.astimezone(UTC)
        if found.year not in _YEARS:
            raise ValueError
        return found
    except (ValueError, OverflowError):
        raise wrong(name, marked("write it like 2026-01-31T08:00:00Z")) from None


def span(fields: Fields, now: datetime) -> tuple[datetime, datetime]:
    """From when until before when; the last ninety days where nothing is said, and never more.

    The second of ``end_date`` belongs to it. Raises Refusal.
    """
    start, end = moment(fields, "start_date"), moment(fields, "end_date")
    if start is None:
        end = now if end is None else end
        start = end - SPAN
    elif end is None:
        end = min(now, start + SPAN)
    if end - start > SPAN:
        raise wrong("end_date", marked("at most 90 days"))
    return start, end + timedelta(seconds=1)
