"""The configuration: rules, zone, holidays, the learned model."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from broker.domain.clocks import WorkingCalendar
from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Configuration, Facts
from pintu.doctor.finding import Fine, NotSeen, NotThere, Outcome, broken, risk

_SUBJECT = "configuration"
MODEL_AGE: Final = timedelta(days=400)
"""Agencies and their duties change with the year's budget and its decrees."""
_DECREED_BY: Final = 12
"""The month in which the next year's *cuti bersama* has been decreed: mostly it is in October."""
_JOINT_LEAVE: Final = "cuti bersama"

_HOURS: Final = {"WIB": 7, "WITA": 8, "WIT": 9}
_ZONES: Final = {
    "WIB": "Asia/Jakarta",
    "WITA": "Asia/Makassar",
    "WIT": "Asia/Jayapura",
}
"""Keppres 41/1987."""
_EASTERN: Final = ("81", "82", "91", "92", "93", "94", "95", "96")
_CENTRAL: Final = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
_WESTERN: Final = (
    *("11", "12", "13", "14", "15", "16", "17", "18", "19", "21"),
    *("31", "32", "33", "34", "35", "36", "61", "62"),
)
"""Provinces by the first two digits of their Kemendagri code."""


@check("rules", _SUBJECT, "an error in the rules, the policies or the holidays")
def rules(facts: Facts) -> Iterator[Outcome]:
    found = facts.configuration.get()
    for error in found.errors:
        yield broken(found.folder, error, "pintu rules check")
    if found.version is not None:
        yield Fine(f"{found.folder}: version {found.version}")


@check("zone", _SUBJECT, "a time zone in `sla.toml` that is not the one of the region's province")
def zone(facts: Facts) -> Iterator[Outcome]:
    found = _usable(facts)
    hours = _HOURS.get(_zone_of(found.region or "") or "")
    offset = ZoneInfo(found.zone or "UTC").utcoffset(facts.now.replace(tzinfo=None))
    if hours is not None and offset != timedelta(hours=hours):
        right = _ZONES[_zone_of(found.region or "") or ""]
        says = worded(
            "zone = {zone!r}, but the region {region} lies in {right}",
            zone=found.zone,
            region=found.region,
            right=right,
        )
        yield broken(
            "sla.toml",
            says,
            worded("zone = {right!r} under [calendar]; open deadlines follow", right=right),
        )
    else:
        yield Fine(str(found.zone))


@check(
    "holidays",
    _SUBJECT,
    "*cuti bersama* of this year, or from December on of the coming year, that the calendar does"
    " not have",
)
def holidays(facts: Facts) -> Iterator[Outcome]:
    calendar = _usable(facts).calendar
    if calendar is None:
        raise NotSeen(gettext("the calendar cannot be loaded"))
    for year in _years(calendar.local(facts.now)):
        if _has_joint_leave(calendar, year):
            yield Fine(worded("{year}: cuti bersama is in the calendar", year=year))
            continue
        says = worded(
            "no cuti bersama of {year} is known: deadlines over those days come too early",
            year=year,
        )
        mends = gettext("upgrade the library holidays (pip), or enter the decree in holidays.toml")
        yield risk("calendar", says, mends)


@check("model", _SUBJECT, "a learned model older than 400 days")
def model(facts: Facts) -> Iterator[Outcome]:
    learned_at = _usable(facts).learned_at
    if learned_at is None:
        raise NotThere
    age = facts.now - learned_at
    if age > MODEL_AGE:
        says = worded(
            "was learned {days} days ago: what was decided since then is not in it", days=age.days
        )
        yield risk("learned/model.bin", says, "pintu rules learn --from-store --config DIR")
    else:
        yield Fine(worded("learned {days} days ago", days=age.days))


def _usable(facts: Facts) -> Configuration:
    """Raises NotSeen where there are errors: they are told of."""
    found = facts.configuration.get()
    if found.errors:
        raise NotSeen(gettext("the configuration has errors"))
    return found


def _zone_of(region: str) -> str | None:
    """WIB, WITA or WIT by a Kemendagri code; None for one that is none."""
    province = region[:2]
    for name, provinces in (("WIB", _WESTERN), ("WITA", _CENTRAL), ("WIT", _EASTERN)):
        if province in provinces:
            return name
    return None


def _years(now: datetime) -> list[int]:
    return [now.year, now.year + 1] if now.month >= _DECREED_BY else [now.year]


def _has_joint_leave(calendar: WorkingCalendar, year: int) -> bool:
    return year in calendar.joint_leave_years or any(
        day.year == year and _JOINT_LEAVE in name.lower() for day, name in calendar.holidays.items()
    )
