"""Indonesia's public holidays and *cuti bersama*, from the library `holidays`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NationalDays:
    """Days off with their names; which of them are estimates; years whose *cuti bersama* is in."""

    names: Mapping[date, str]
    estimated: frozenset[date]
    joint_leave_years: frozenset[int]


def national_days(years: range) -> NationalDays:
    """The national days off of those years.

    The library keeps holidays by decree or by calendar under PUBLIC and *cuti bersama*, which the
    joint decree of three ministers (SKB 3 Menteri) declares year by year, under GOVERNMENT.
    """
    # Late: the library loads the calendars of all countries, and most commands need none.
    from holidays.constants import GOVERNMENT, PUBLIC
    from holidays.countries.indonesia import Indonesia

    # It marks a date that it computed and no decree has fixed.
    estimated = Indonesia.estimated_label.replace("%s", "").strip()
    public = Indonesia(years=years, categories=(PUBLIC,), language="id")
    joint = Indonesia(years=years, categories=(GOVERNMENT,), language="id")
    names = dict(joint.items()) | dict(public.items())
    return NationalDays(
        names=names,
        estimated=frozenset(day for day, name in names.items() if estimated in name),
        joint_leave_years=frozenset(day.year for day in joint),
    )
