"""Reads `sla.toml` and `holidays.toml` of a configuration folder into `SlaCalendar`.

Strict: an unknown key, a wrong type or a contradiction is an error, and all errors of both files
are told at once, each with its file and place. What is odd but usable is a warning.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from broker.domain.clocks import Days, Policy, Rung, SlaCalendar, WorkingCalendar
from config.foreign import told
from config.language import gettext, worded
from config.loading.clocks_format import DayTable, HolidaysFile, PolicyTable, SlaFile
from config.loading.national_days import NationalDays, national_days
from config.loading.problems import Findings, Problem, refusal
from config.loading.rules_files import toml_file

YEARS: Final = range(2000, 2101)
"""The years of which the calendar knows the holidays, as far as anybody does."""
SHIPPED: Final = Path(__file__).resolve().parent.parent / "defaults" / "bangka-selatan"
SLA: Final = "sla.toml"
HOLIDAYS: Final = "holidays.toml"

_Item = TypeVar("_Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class CheckedClocks:
    """`clocks` is None where there are errors."""

    clocks: SlaCalendar | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def load_clocks(folder: Path | None = None, years: range | None = None) -> SlaCalendar:
    """The clocks of a configuration folder; of the shipped one without a folder.

    `years`: whose holidays to know, YEARS by default. Raises `ConfigurationError` with every error
    at once.
    """
    checked = check_clocks(folder, years)
    if checked.clocks is None:
        raise refusal(checked.errors, folder)
    return checked.clocks


def load_zone(folder: Path | None = None) -> ZoneInfo:
    """The time zone alone of a configuration folder: without the holidays, which take longer.

    Raises `ConfigurationError`, for `sla.toml` as `load_clocks` does.
    """
    findings = Findings()
    there = _names(folder or SHIPPED, findings)
    sla = None if there is None else _sla(folder or SHIPPED, there, findings)
    if sla is None or findings.errors:
        raise refusal(tuple(findings.errors), folder)
    return ZoneInfo(sla.calendar.zone)


def check_clocks(folder: Path | None = None, years: range | None = None) -> CheckedClocks:
    """The same as a value, with the warnings; never raises for what is in the folder.

    A folder without `sla.toml` takes the shipped clocks, with a warning; one without
    `holidays.toml` has no days of its own.
    """
    findings = Findings()
    place, covered = folder or SHIPPED, years or YEARS
    clocks = None
    if (there := _names(place, findings)) is not None:
        sla = _sla(place, there, findings)
        own = (
            toml_file(place, HOLIDAYS, HolidaysFile, findings)
            if HOLIDAYS in there
            else HolidaysFile()
        )
        national = national_days(covered)
        if own:
            for error in _twice(own):
                findings.error(HOLIDAYS, 0, "", error)
            for warning in _without_effect(own, national, covered):
                findings.warn(HOLIDAYS, 0, "", warning)
        if sla and own and not findings.errors:
            odd = tuple(f"{place}/{problem}" for problem in findings.warnings)
            calendar = _calendar(sla, own, national, covered)
            superseded = _policies(sla, sla.superseded)
            clocks = SlaCalendar(calendar, _policies(sla, sla.policy), odd, superseded)
    return CheckedClocks(clocks, tuple(findings.errors), tuple(findings.warnings))


def _names(folder: Path, findings: Findings) -> frozenset[str] | None:
    """What is in the folder, links that lead nowhere too; None, with an error noted, without it."""
    if not folder.is_dir():
        findings.error(str(folder), 0, "", gettext("no such folder"))
        return None
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError as error:
        what = worded("the folder cannot be read: {strerror}", strerror=told(error.strerror))
        findings.error(str(folder), 0, "", what)
        return None


def _sla(folder: Path, there: frozenset[str], findings: Findings) -> SlaFile | None:
    """`sla.toml`, or the shipped one where there is none; None, with errors noted."""
    if SLA not in there:
        findings.warn(SLA, 0, "", gettext("not there, so the shipped clocks apply"))
    sla = toml_file(folder if SLA in there else SHIPPED, SLA, SlaFile, findings)
    for error in _contradictions(sla) if sla else ():
        findings.error(SLA, 0, "", error)
    for warning in _gaps(sla.policy) if sla else ():
        findings.warn(SLA, 0, "", warning)
    return sla


def _calendar(
    sla: SlaFile, own: HolidaysFile, national: NationalDays, years: range
) -> WorkingCalendar:
    return WorkingCalendar(
        zone=ZoneInfo(sla.calendar.zone),
        close_of_business=sla.calendar.close_of_business,
        holidays={**national.names, **{d.date: d.reason for d in own.day_off}},
        extra_working_days={d.date: d.reason for d in own.working_day},
        covered=years,
        # An entry of one's own decides on a date of which the library only has an estimate.
        estimated=national.estimated - {d.date for d in (*own.day_off, *own.working_day)},
        joint_leave_years=national.joint_leave_years,
    )


def _contradictions(sla: SlaFile) -> list[str]:
    errors: list[str] = []
    try:
        ZoneInfo(sla.calendar.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        errors.append(
            worded("calendar, zone: no time zone is called {zone!r}", zone=sla.calendar.zone)
        )
    if sla.calendar.close_of_business.tzinfo is not None:
        errors.append(gettext("calendar, close_of_business: a local time has no offset"))
    ladders = [ladder.id for ladder in sla.ladder]
    errors += [worded("ladder: the id {i} is there twice", i=i) for i in _repeated(ladders)]
    for ladder in sla.ladder:
        names = [rung.name for rung in ladder.rungs]
        errors += [
            worded("ladder {id}: the rung {n} is there twice", id=ladder.id, n=n)
            for n in _repeated(names)
        ]
    known = [*sla.policy, *sla.superseded]
    keys = [f"{p.id} {p.version}" for p in known]
    errors += [worded("policy {k}: is there twice", k=k) for k in _repeated(keys)]
    for p in known:
        if p.ladder not in ladders:
            errors.append(
                worded(
                    "policy {id}, ladder: there is no ladder {ladder!r}", id=p.id, ladder=p.ladder
                )
            )
        if p.valid_until is not None and p.valid_until <= p.valid_from:
            errors.append(worded("policy {id}, valid_until: is not after valid_from", id=p.id))
    for a, b in pairwise(sorted(sla.policy, key=lambda p: p.valid_from)):
        if a.valid_until is None or a.valid_until > b.valid_from:
            errors.append(
                worded(
                    "policy {id}, valid_from: policy {id2} is still in force then",
                    id=b.id,
                    id2=a.id,
                )
            )
    return errors


def _gaps(policies: Sequence[PolicyTable]) -> list[str]:
    ordered = sorted(policies, key=lambda p: p.valid_from)
    gaps = [
        worded(
            "no policy from {valid_until} to {valid_from}; {id} goes on until then",
            valid_until=a.valid_until,
            valid_from=b.valid_from,
            id=a.id,
        )
        for a, b in pairwise(ordered)
        if a.valid_until is not None and a.valid_until < b.valid_from
    ]
    last = ordered[-1]
    if last.valid_until is not None:
        gaps.append(
            worded(
                "no policy from {valid_until}; {id} goes on",
                valid_until=last.valid_until,
                id=last.id,
            )
        )
    return gaps


def _twice(own: HolidaysFile) -> list[str]:
    days = [d.date for d in (*own.day_off, *own.working_day)]
    return [worded("{day} is there twice", day=day) for day in _repeated(days)]


def _without_effect(own: HolidaysFile, national: NationalDays, years: range) -> list[str]:
    def closed(day: date) -> bool:
        return day.isoweekday() > 5 or day in national.names

    def certainly_off(day: date) -> bool:
        return closed(day) and day not in national.estimated

    def outside(d: DayTable) -> bool:
        return d.date.year not in years

    days = (*own.day_off, *own.working_day)
    span = worded("{first} to {last}", first=years[0], last=years[-1])
    return [
        *(
            worded("{date}: outside the years {span}, changes nothing", date=d.date, span=span)
            for d in days
            if outside(d)
        ),
        *(
            worded("day_off {date}: is a day off anyway", date=d.date)
            for d in own.day_off
            if certainly_off(d.date)
        ),
        *(
            worded("working_day {date}: is a working day anyway", date=d.date)
            for d in own.working_day
            if not closed(d.date)
        ),
    ]


def _policies(sla: SlaFile, tables: Sequence[PolicyTable]) -> tuple[Policy, ...]:
    ladders = {x.id: tuple(Rung(r.name, r.offset, r.to) for r in x.rungs) for x in sla.ladder}
    return tuple(
        Policy(
            id=p.id,
            version=p.version,
            legal_basis=tuple(p.legal_basis),
            confirmed=p.confirmed,
            valid_from=p.valid_from,
            valid_until=p.valid_until,
            days=Days(
                verification=p.days.verification,
                response=p.days.response,
                waiting=p.days.waiting,
                closing=p.days.closing,
                **p.days.resolution.model_dump(),
            ),
            ladder=ladders[p.ladder],
            note=p.note,
        )
        for p in sorted(tables, key=lambda p: p.valid_from)
    )


def _repeated(items: Sequence[_Item]) -> list[_Item]:
    return [item for item, times in Counter(items).items() if times > 1]
