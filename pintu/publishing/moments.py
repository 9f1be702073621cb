"""Dates and times as people and spreadsheets write them, day before month."""

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Final

_ZONES: Final = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "z": 0}
_MONTHS: Final = (
    ("jan", "januari", "january"),
    ("feb", "peb", "februari", "pebruari", "february"),
    ("mar", "mrt", "maret", "march"),
    ("apr", "april"),
    ("mei", "may"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("agu", "agt", "ags", "agust", "agustus", "aug", "august"),
    ("sep", "sept", "september"),
    ("okt", "oct", "oktober", "october"),
    ("nov", "nop", "november", "nopember"),
    ("des", "dec", "desember", "december"),
)
_MONTH: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAY: Final = re.compile(
    r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)[,\s]+"
)
_ZONE: Final = re.compile(r"\s*\(?\b(wib|wita|wit|utc|gmt)\)?$")
_CLOCK: Final = re.compile(
    r"(?P<rest>.*?)(?:^|[\s,T]+)(?:(?:pukul|pkl|jam|at)\.?\s*)?"
    r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>am|pm)?$",
    re.IGNORECASE,
)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})")
_NAMED: Final = re.compile(r"(\d{1,2})[\s-]+([a-z]+)\.?,?[\s-]+(\d{4}|\d{2})")
_MONTH_NAMED: Final = re.compile(r"([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})")
_POINTS: Final = re.compile(r"(\d{4}-\d{2}-\d{2}[ t])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?=\D|$)")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_COMPACT: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?")

_SERIAL: Final = (20_000, 80_000)
"""Days since 1899-12-30, as spreadsheets count: 1954 to 2119."""
_SECONDS: Final = (1_000_000_000, 4_000_000_000)
"""Since 1970: 2001 to 2096."""
_LONGEST: Final = 60


def read_moment(said: str, zone: tzinfo, clock: str = "") -> str | None:
    """The moment of a cell as ISO 8601 with an offset; None where it is not understood.

    Args:
        said: ISO 8601, ``02/01/2025 10:15``, ``3 Jan 2026 09.15``, a spreadsheet's number of
            days, seconds or milliseconds since 1970, ``20250102``.
        zone: where it names none.
        clock: the time of day where it has a cell of its own.
    """
    text = said.strip().lower()
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _moment(text, zone)
        if moment is not None and clock.strip():
            hour, named = _time_of_day(clock.strip().lower())
            if hour is None:
                return None
            moment = datetime.combine(moment.date(), hour, named or moment.tzinfo)
        return None if moment is None else moment.isoformat()
    except (ValueError, OverflowError):  # the 30th of February
        return None


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _of_number(text, zone)
    text = _POINTS.sub(_with_colons, text)
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except ValueError:
        pass
    text, named = _zone_taken_off(_WEEKDAY.sub("", text, count=1))
    if named is not None:
        return _moment(text, named)
    hour = time()
    day = _day(text)
    if day is None and (found := _CLOCK.fullmatch(text)):
        hour = _clock(found)
        day = _day(found["rest"].rstrip(" ,-"))
    return None if day is None else datetime.combine(day, hour, zone)


def _with_colons(found: re.Match[str]) -> str:
    """09.15 as Indonesians write the hour, in a date that is ISO 8601 otherwise."""
    return f"{found[1]}{found[2]:0>2}:{found[3]}" + (f":{found[4]}" if found[4] else "")


def _day(text: str) -> datetime | None:
    """Raises ValueError for a day that no calendar has."""
    if found := _YEAR_FIRST.fullmatch(text):
        return datetime(int(found[1]), int(found[3]), int(found[4]))
    if found := _DAY_FIRST.fullmatch(text):
        return datetime(_year(found[4]), int(found[3]), int(found[1]))
    if (found := _NAMED.fullmatch(text)) and (month := _MONTH.get(found[2])):
        return datetime(_year(found[3]), month, int(found[1]))
    if (found := _MONTH_NAMED.fullmatch(text)) and (month := _MONTH.get(found[1])):
        return datetime(int(found[3]), month, int(found[2]))
    return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _of_number(text: str, zone: tzinfo) -> datetime | None:
    if (found := _COMPACT.fullmatch(text)) and len(text) in (8, 12, 14):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    number = float(text.replace(",", "."))
    if _SERIAL[0] <= number < _SERIAL[1]:
        seconds = round(number * 86_400)
        return (datetime(1899, 12, 30) + timedelta(seconds=seconds)).replace(tzinfo=zone)
    for scale in (1, 1000):
        if _SECONDS[0] <= number / scale < _SECONDS[1]:
            return datetime.fromtimestamp(round(number / scale), UTC).astimezone(zone)
    return None


def _zone_taken_off(text: str) -> tuple[str, tzinfo | None]:
    if found := _ZONE.search(text):
        return text[: found.start()], timezone(timedelta(hours=_ZONES[found[1]]))
    return text, None


def _time_of_day(text: str) -> tuple[time | None, tzinfo | None]:
    text, named = _zone_taken_off(text)
    if _NUMBER.fullmatch(text) and (part := float(text.replace(",", "."))) < 1 and part >= 0:
        # A spreadsheet's part of a day.
        return (datetime.min + timedelta(seconds=round(part * 86_400))).time(), named
    found = _CLOCK.fullmatch(text)
    return (_clock(found) if found and not found["rest"] else None), named


def _clock(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    if half := found["half"]:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return time(hour, int(found["minute"]), int(found["second"] or 0))
