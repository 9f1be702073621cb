"""Which period and which part of the report somebody asks for."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from starlette.datastructures import QueryParams

from config.language import marked
from gateway.report.periods import MONTHS, Period, between, last_month, period_of, whole
from gateway.report.wording import period_name

PARTS: Final = {
    "ringkas": marked("Summary"),
    "4": marked("In time"),
    "5": marked("By agency (OPD)"),
    "6": marked("Breakdown"),
    "7": marked("Not followed up"),
    "8": marked("Routing"),
    "9": marked("Archived, held, opened again"),
    "10": marked("Satisfaction"),
    "11": marked("Escalations"),
    "12": marked("Findings and action plan"),
    "13": marked("Annex"),
    "semua": marked("All, to print"),
}
"""Parts of the report by what the address says; sections 1 to 3 stand together."""


def period_asked(query: QueryParams, today: date) -> Period:
    """By ``periode``, or by ``dari`` and ``sampai``; the last month where nobody says.

    Raises:
        BadPeriod: there is no such period.
    """
    name = query.get("periode", "")[:40].strip()
    first, last = (query.get(one, "")[:20].strip() for one in ("dari", "sampai"))
    if first or last:
        return between(first or last, last or first)
    return period_of(name) if name else last_month(today)


def part_asked(query: QueryParams) -> str:
    """The part; the summary for any that there is not."""
    part = query.get("bagian", "")[:10]
    return part if part in PARTS else next(iter(PARTS))


def presets(today: date) -> Iterator[tuple[str, str]]:
    """Key and name of the last whole month, quarter, half-year and year, and of the running month
    and year."""
    seen: set[str] = set()
    for kind in MONTHS:
        for period in (whole(kind, today).before, whole(kind, today)):
            if period.key not in seen:
                seen.add(period.key)
                yield period.key, period_name(period)
