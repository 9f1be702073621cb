"""Reads `sla.toml` and `holidays.toml` of a configuration folder into `SlaCalendar`.

Strict: an unknown key, a wrong type or a contradiction is an error, and all errors of both files
are told at once, each with its file and place. What is odd but usable is a warning.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ValidationError

from broker.domain.clocks import Days, Policy, Rung, SlaCalendar, WorkingCalendar
from broker.errors import BadConfiguration
from config.loading.clocks_format import DayTable, HolidaysFile, PolicyTable, SlaFile
from config.loading.documents import Unusable, table_of, text_of
from config.loading.national_days import NationalDays, national_days
from schemas.limits import FILE_PROBLEMS

YEARS: Final = range(2000, 2101)
"""The years of which the calendar knows the holidays, as far as anybody does."""
SHIPPED: Final = Path(__file__).resolve().parent.parent / "defaults" / "bangka-selatan"
SLA: Final = "sla.toml"
HOLIDAYS: Final = "holidays.toml"

_File = TypeVar("_File", bound=BaseModel)
_Item = TypeVar("_Item", bound=Hashable)


def load_clocks(folder: Path | None = None, years: range | None = None) -> SlaCalendar:
    """The clocks of a configuration folder; of the shipped one without a folder.

    `years`: whose holidays to know, YEARS by default. Raises BadConfiguration with one line an
    error, of all errors.
    """
    clocks, errors = read_clocks(folder, years)
    if clocks is None:
        raise BadConfiguration("\n".join(errors))
    return clocks


def load_zone(folder: Path | None = None) -> ZoneInfo:
    """The time zone alone of a configuration folder: without the holidays, which take longer.

    Raises BadConfiguration, for `sla.toml` as `load_clocks` does.
    """
    errors: list[str] = []
    folder = SHIPPED if folder is None else folder
    if not folder.is_dir():
        raise BadConfiguration(f"{folder}: no such folder")
    path = _sla_file(folder)
    sla = _read(path, SlaFile, errors)
    if sla:
        errors += [f"{path}: {e}" for e in _contradictions(sla)]
    if errors or sla is None:
        raise BadConfiguration("\n".join(errors))
    return ZoneInfo(sla.calendar.zone)


def _sla_file(folder: Path) -> Path:
    return folder / SLA if (folder / SLA).exists() else SHIPPED / SLA


def read_clocks(
    folder: Path | None = None, years: range | None = None
) -> tuple[SlaCalendar | None, tuple[str, ...]]:
    """The same as a value, for whoever collects the errors of more files: clocks, or errors.

    A folder without `sla.toml` takes the shipped clocks, with a warning; one without
    `holidays.toml` has no days of its own.
    """
    errors: list[str] = []
    warnings: list[str] = []
    folder = SHIPPED if folder is None else folder
    if not folder.is_dir():
        return None, (f"{folder}: no such folder",)
    sla_path = folder / SLA
    if not sla_path.exists():
        warnings.append(f"{sla_path}: not there, so the shipped clocks apply")
        sla_path = SHIPPED / SLA
    sla = _read(sla_path, SlaFile, errors)
    own_path = folder / HOLIDAYS
    own = _read(own_path, HolidaysFile, errors) if own_path.exists() else HolidaysFile()
    if sla:
        errors += [f"{sla_path}: {e}" for e in _contradictions(sla)]
        warnings += [f"{sla_path}: {w}" for w in _gaps(sla.policy)]
    national = national_days(years or YEARS)
    if own:
        errors += [f"{own_path}: {e}" for e in _twice(own)]
        warnings += [f"{own_path}: {w}" for w in _without_effect(own, national, years or YEARS)]
    if errors or sla is None or own is None:
        return None, tuple(errors)
    calendar = WorkingCalendar(
        zone=ZoneInfo(sla.calendar.zone),
        close_of_business=sla.calendar.close_of_business,
        holidays={**national.names, **{d.date: d.reason for d in own.day_off}},
        extra_working_days={d.date: d.reason for d in own.working_day},
        covered=years or YEARS,
        # An entry of one's own settles a date of which the library only has an estimate.
        estimated=national.estimated - {d.date for d in (*own.day_off, *own.working_day)},
        joint_leave_years=national.joint_leave_years,
    )
    return SlaCalendar(calendar, _policies(sla), tuple(warnings)), ()


def _read(path: Path, model: type[_File], errors: list[str]) -> _File | None:
    try:
        text = text_of(path)
    except Unusable as error:
        why = error.what.removeprefix("cannot be read: ")
        errors.append(f"{path}: cannot be read: {_at(error)}{why}")
        return None
    try:
        return model.model_validate(table_of(text))
    except Unusable as error:
        errors.append(f"{path}: {_at(error)}{error.what}")
    except ValidationError as error:
        errors += [
            f"{path}: {_place(e['loc'])}: {e['msg']}" for e in error.errors()[:FILE_PROBLEMS]
        ]
    return None


def _at(error: Unusable) -> str:
    return f"line {error.line}: " if error.line else ""


def _place(loc: Iterable[int | str]) -> str:
    """Where in the file: `policy 2, days, response`. Tables are counted from one, as people do."""
    words: list[str] = []
    for step in loc:
        if isinstance(step, int) and words:
            words[-1] += f" {step + 1}"
        else:
            words.append(str(step))
    return ", ".join(words)


def _contradictions(sla: SlaFile) -> list[str]:
    errors: list[str] = []
    try:
        ZoneInfo(sla.calendar.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        errors.append(f"calendar, zone: no time zone is called {sla.calendar.zone!r}")
    if sla.calendar.close_of_business.tzinfo is not None:
        errors.append("calendar, close_of_business: a local time has no offset")
    ladders = [ladder.id for ladder in sla.ladder]
    errors += [f"ladder: the id {i} is there twice" for i in _repeated(ladders)]
    for ladder in sla.ladder:
        names = [rung.name for rung in ladder.rungs]
        errors += [f"ladder {ladder.id}: the rung {n} is there twice" for n in _repeated(names)]
    keys = [f"{p.id} {p.version}" for p in sla.policy]
    errors += [f"policy {k}: is there twice" for k in _repeated(keys)]
    for p in sla.policy:
        if p.ladder not in ladders:
            errors.append(f"policy {p.id}, ladder: there is no ladder {p.ladder!r}")
        if p.valid_until is not None and p.valid_until <= p.valid_from:
            errors.append(f"policy {p.id}, valid_until: is not after valid_from")
    for a, b in pairwise(sorted(sla.policy, key=lambda p: p.valid_from)):
        if a.valid_until is None or a.valid_until > b.valid_from:
            errors.append(f"policy {b.id}, valid_from: policy {a.id} is still in force then")
    return errors


def _gaps(policies: Sequence[PolicyTable]) -> list[str]:
    ordered = sorted(policies, key=lambda p: p.valid_from)
    gaps = [
        f"no policy from {a.valid_until} to {b.valid_from}; {a.id} goes on until then"
        for a, b in pairwise(ordered)
        if a.valid_until is not None and a.valid_until < b.valid_from
    ]
    last = ordered[-1]
    if last.valid_until is not None:
        gaps.append(f"no policy from {last.valid_until}; {last.id} goes on")
    return gaps


def _twice(own: HolidaysFile) -> list[str]:
    days = [d.date for d in (*own.day_off, *own.working_day)]
    return [f"{day} is there twice" for day in _repeated(days)]


def _without_effect(own: HolidaysFile, national: NationalDays, years: range) -> list[str]:
    def closed(day: date) -> bool:
        return day.isoweekday() > 5 or day in national.names

    def settled(day: date) -> bool:
        return closed(day) and day not in national.estimated

    def outside(d: DayTable) -> bool:
        return d.date.year not in years

    days = (*own.day_off, *own.working_day)
    span = f"{years[0]} to {years[-1]}"
    return [
        *(f"{d.date}: outside the years {span}, changes nothing" for d in days if outside(d)),
        *(f"day_off {d.date}: is a day off anyway" for d in own.day_off if settled(d.date)),
        *(
            f"working_day {d.date}: is a working day anyway"
            for d in own.working_day
            if not closed(d.date)
        ),
    ]


def _policies(sla: SlaFile) -> tuple[Policy, ...]:
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
        for p in sorted(sla.policy, key=lambda p: p.valid_from)
    )


def _repeated(items: Sequence[_Item]) -> list[_Item]:
    return [item for item, times in Counter(items).items() if times > 1]
