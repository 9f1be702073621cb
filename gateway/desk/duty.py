"""Who is on duty for an agency: today's, days that nobody or that two have, what a form says."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from broker.ports import Contact, Duty, DutyStore
from config.language import gettext
from config.mail_address import is_address

FIELDS: Final = (
    *("opd", "dari", "sampai", "nama", "telepon", "surel"),
    *("wakil", "telepon_wakil", "surel_wakil"),
)
"""Of a form, and the columns of a file."""
_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=731)
_YEARS: Final = range(2000, 3000)
_NAME: Final = 120
_PHONE: Final = 40
_DIGITS: Final = frozenset("0123456789+-() ./")


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, both included, on which nobody is on duty for an agency."""

    agency: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days on which two are, of whom the one that began later counts."""

    agency: str
    first: date
    last: date
    names: tuple[str, str]


async def on_duty(store: DutyStore, agency: str, day: date) -> Duty | None:
    """Who is on duty for an agency on a day; of several the one that began last. None: nobody.

    Raises:
        StoreUnavailable: the gateway's store is away.
    """
    return last_begun(await store.duties(day, day, (agency,)))


def last_begun(duties: Iterable[Duty]) -> Duty | None:
    """Of those of one day the one that counts."""
    return max(duties, key=lambda one: (one.first, one.changed_at, one.id), default=None)


def of_each(duties: Iterable[Duty], day: date) -> dict[str, Duty]:
    """Of each agency who counts on a day."""
    found = _by_agency(one for one in duties if one.holds(day))
    counts = {agency: last_begun(some) for agency, some in found.items()}
    return {agency: one for agency, one in counts.items() if one is not None}


def gaps(duties: Sequence[Duty], agencies: Collection[str], first: date, last: date) -> list[Gap]:
    """Days from the first to the last on which nobody is on duty, of each of these agencies."""
    found, of = list[Gap](), _by_agency(duties)
    for agency in sorted(agencies):
        free = first
        for one in sorted(of.get(agency, ()), key=lambda d: d.first):
            if one.first > free:
                found.append(Gap(agency, free, min(one.first - _DAY, last)))
            free = max(free, one.last + _DAY)
            if free > last:
                break
        if free <= last:
            found.append(Gap(agency, free, last))
    return found


def overlaps(duties: Sequence[Duty]) -> list[Overlap]:
    """Days that two have, of each agency."""
    found = list[Overlap]()
    for agency, some in sorted(_by_agency(duties).items()):
        for one, other in pairwise(sorted(some, key=lambda d: (d.first, d.last))):
            if other.first <= one.last:
                names = (one.officer.name, other.officer.name)
                found.append(Overlap(agency, other.first, min(one.last, other.last), names))
    return found


def _by_agency(duties: Iterable[Duty]) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = {}
    for one in duties:
        found.setdefault(one.agency, []).append(one)
    return found


def read_duty(
    fields: Mapping[str, str], agencies: Collection[str], id: str, by: str, at: datetime
) -> Duty | list[str]:
    """What a form or a row says, or all that is wrong with it, in sentences.

    Args:
        fields: by the names of ``FIELDS``; what is not there is empty.
        agencies: codes that there are.
    """
    given = {name: " ".join(fields.get(name, "").split()) for name in FIELDS}
    wrong = list(_faults(given, agencies))
    first, last = day_of(given["dari"]), day_of(given["sampai"])
    if first is None or last is None:
        wrong.append(gettext("Both days are needed, as 2026-03-31 or 31/3/2026."))
    elif last < first:
        wrong.append(gettext("The last day lies before the first."))
    elif last - first > _LONGEST:
        wrong.append(gettext("At most two years at a time."))
    if wrong or first is None or last is None:
        return wrong
    officer = Contact(given["nama"], given["telepon"], given["surel"])
    deputy = Contact(given["wakil"], given["telepon_wakil"], given["surel_wakil"])
    has_deputy = deputy if deputy.name else None
    return Duty(id, given["opd"], first, last, officer, has_deputy, by, at)


def _faults(given: Mapping[str, str], agencies: Collection[str]) -> Iterator[str]:
    if given["opd"] not in agencies:
        yield gettext("No agency has this code: {code}").format(code=given["opd"][:_PHONE] or "-")
    if not given["nama"]:
        yield gettext("The officer's name is needed.")
    if not given["wakil"] and (given["telepon_wakil"] or given["surel_wakil"]):
        yield gettext("The deputy's name is needed.")
    for name in ("nama", "wakil"):
        if len(given[name]) > _NAME or not given[name].isprintable():
            yield gettext("A name has at most {n} letters.").format(n=_NAME)
    for name in ("telepon", "telepon_wakil"):
        if len(given[name]) > _PHONE or not _DIGITS.issuperset(given[name]):
            yield gettext("A telephone number has digits, blanks and + - ( ) alone.")
    for name in ("surel", "surel_wakil"):
        if given[name] and not is_address(given[name]):
            yield gettext("That is no e-mail address: {text}").format(text=given[name][:_NAME])


def day_of(text: str) -> date | None:
    """A day as ISO or as Indonesians write it: ``2026-03-31``, ``31/3/2026``, ``31-3-2026``. A day
    of another millennium is a slip, and none can be counted on from it."""
    found = _day_of(text)
    return found if found is not None and found.year in _YEARS else None


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(part) for part in parts if part.isascii() and len(part) <= 4)
        return date(year, month, day)
    except ValueError:
        return None


def cells(duty: Duty) -> tuple[str, ...]:
    """The row of a file."""
    deputy = duty.deputy or Contact("")
    return (
        *(duty.agency, duty.first.isoformat(), duty.last.isoformat()),
        *(duty.officer.name, duty.officer.phone, duty.officer.email),
        *(deputy.name, deputy.phone, deputy.email),
    )
