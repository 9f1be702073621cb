"""Cells, periods and moments as people read them, in the language in use."""

from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from config.language import gettext, language
from gateway.report.model import Cell, Days, Hidden, Named, Share
from gateway.report.periods import Period

NOTHING = "–"  # noqa: RUF001  # as tables have it


def said(cell: Cell) -> str:
    """A percentage stands with its counts; below ten the counts stand alone."""
    match cell:
        case None:
            return NOTHING
        case Share():
            counts = f"{number(cell.part)} / {number(cell.of)}"
            share = cell.share
            if share is None:
                return counts
            return f"{format_percent(share, '0.0 %', language())} ({counts})"
        case Days():
            if cell.mean is None or cell.median is None:
                return NOTHING
            form = gettext("mean {mean}, median {median} ({count} cases)")
            return form.format(
                mean=number(cell.mean), median=number(cell.median), count=number(cell.count)
            )
        case Named():
            return gettext(cell.name) if cell.said else cell.name
        case Hidden():
            return gettext("hidden")
        case str():
            return cell
        case date():
            return day(cell)
        case _:
            return number(cell)


def number(value: float) -> str:
    """12.345,6 in Indonesian."""
    return str(format_decimal(value, locale=language()))


def day(at: date) -> str:
    """4 Desember 2026."""
    return str(format_date(at, "d MMMM y", language()))


def period_name(period: Period) -> str:
    """As a heading: Oktober 2026; Triwulan III 2026."""
    first = period.first
    match period.kind:
        case "month":
            return str(format_date(first, "LLLL y", language()))
        case "quarter":
            return gettext("quarter {n} of {year}").format(
                n=_ROMAN[(first.month - 1) // 3], year=first.year
            )
        case "half":
            return gettext("half-year {n} of {year}").format(
                n=_ROMAN[(first.month - 1) // 6], year=first.year
            )
        case "year":
            return gettext("year {year}").format(year=first.year)
        case "days":
            return gettext("{first} to {last}").format(first=day(first), last=day(period.last))


def moment(at: datetime, zone: tzinfo) -> str:
    """With its zone."""
    there = at.astimezone(zone)
    form = "d MMM y HH.mm" if language() == "id" else "d MMM y HH:mm"
    return f"{format_datetime(there, form, zone, language())} {there.tzname() or ''}".rstrip()


_ROMAN = ("I", "II", "III", "IV")
