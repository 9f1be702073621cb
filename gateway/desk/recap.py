"""The recap table of an office: a line for each case, in the words of its officers.

The columns are those of the annex that offices hand in (No, Tanggal, Tracking ID, Judul, OPD,
Tanggapan, Keterangan). No reporter stands in it, ever.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.domain.case import Case, CaseFilter, Said, State
from broker.domain.masking import masked
from gateway.desk.session import DeskSession
from schemas import verbs

COLUMNS: Final = ("No", "Tanggal", "Tracking ID", "Judul", "OPD", "Tanggapan", "Keterangan")

_ALL: Final = 1 << 62
_LONGEST_TITLE: Final = 100
_LONGEST_NAME: Final = 200
_SHORTEST_NAME: Final = 3
_CONFIDENTIAL: Final = "(rahasia)"
_ANONYMOUS: Final = "(anonim)"
_DROPPED: Final = "(sudah dihapus)"
_NAME: Final = "[nama]"
_STATES: Final[Mapping[State, str]] = {
    State.TRIAGE: "Belum terverifikasi",
    State.ROUTED: "Terdisposisi, belum ditindaklanjuti",
    State.ACKNOWLEDGED: "Terdisposisi, belum ditindaklanjuti",
    State.RESPONDED: "Dalam proses",
    State.HELD: "Tertunda",
    State.RESOLVED: "Sudah ditindaklanjuti, menunggu tanggapan",
    State.CLOSED: "Selesai",
}
_ENDS: Final = {"dismissed": "Diarsipkan", "withdrawn": "Dicabut"}
_CODES: Final = {
    "not-ours": "bukan wewenang",
    "incomplete": "tidak lengkap",
    "duplicate": "laporan ganda",
    "not-a-complaint": "bukan pengaduan",
    "in-court": "dalam proses peradilan",
    "abuse": "penyalahgunaan",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a recap a page begins: at the cases that began then, of which so many stand before
    it; ``number``: of its first row."""

    at: datetime | None = None
    passed: int = 0
    number: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where the next ones begin; None after the last."""

    rows: list[tuple[str, ...]]
    following: Place | None


async def recap(
    office: DeskSession,
    since: datetime | None,
    until: datetime | None,
    *,
    channel: str | None = None,
    agency: str | None = None,
) -> AsyncIterator[tuple[str, ...]]:
    """The rows after the header, of all cases that began in that time, the oldest first; of one
    channel, or of one agency, where these are named."""
    wanted = CaseFilter(since=since, until=until, channel=channel, agency=agency)
    number = 0
    async for case in _open_and_closed(office, wanted, _ALL):
        number += 1
        said = await office.store.conversation(case.complaint_id)
        yield (str(number), *recap_row(case, said, office))


async def recap_page(office: DeskSession, wanted: CaseFilter, place: Place, rows: int) -> Page:
    """So many rows of the recap of these cases, from a place on. It costs what it shows."""
    found = list[Case]()
    begins = place.at if place.at is not None else wanted.since
    passed = place.passed
    most = passed + rows + 1
    async for case in _open_and_closed(office, replace(wanted, since=begins), most):
        if passed:
            passed -= 1
        elif len(found) <= rows:
            found.append(case)
        else:
            break
    shown = [
        (
            str(number),
            *recap_row(case, await office.store.conversation(case.complaint_id), office),
        )
        for number, case in enumerate(found[:rows], place.number)
    ]
    if len(found) <= rows:
        return Page(shown, None)
    at = found[rows].opened_at
    same = sum(case.opened_at == at for case in found[:rows])
    before = place.passed if place.at == at else 0
    return Page(shown, Place(at, before + same, place.number + rows))


async def how_many(office: DeskSession, wanted: CaseFilter) -> int:
    """How many rows the recap of these cases has."""
    # Of an agency state by state: so it is counted in the index of agencies and states.
    open_ones = [one for one in State if one is not State.CLOSED] if wanted.agency else [None]
    states = (*open_ones, State.CLOSED)
    return sum([await office.store.how_many(replace(wanted, state=one)) for one in states])


def recap_row(case: Case, said: list[Said], office: DeskSession) -> tuple[str, ...]:
    """The cells of a case, but for its number."""
    day = office.clocks.calendar.local_day(case.received_at)
    agency = office.agencies.agency_name(case.agency) if case.agency else ""
    confidential = bool(case.complaint and case.complaint.get("confidential"))
    hidden = _CONFIDENTIAL if confidential else _ANONYMOUS if case.anonymous else None
    return (
        day.isoformat(),
        case.tracking,
        _title(case, hidden),
        agency,
        _answer(case, said, hidden),
        "; ".join(_remarks(case, confidential)),
    )


def _title(case: Case, hidden: str | None) -> str:
    """``hidden``: what stands in its place, where the words are for nobody else."""
    complaint = case.complaint
    if complaint is None:
        return _DROPPED
    if hidden is not None:
        return hidden
    words = _without_reporter(complaint.get("title") or complaint["text"], case)
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1]}…"


def _answer(case: Case, said: list[Said], hidden: str | None) -> str:
    """The newest answer for everybody: the final one where there is any."""
    for verb in (verbs.RESOLVED, verbs.RESPONDED):
        for one in reversed(said):
            if one.verb == verb and one.note:
                return hidden if hidden is not None else _without_reporter(one.note, case)
    answered = case.state is State.RESOLVED or (case.closed and case.closed.how != "dismissed")
    return _DROPPED if answered and case.complaint is None else ""


def _remarks(case: Case, confidential: bool) -> list[str]:
    remarks = [_STATES[case.state]]
    if case.closed:
        remarks = [_ENDS.get(case.closed.how, _STATES[State.CLOSED])]
        if why := _CODES.get(case.closed.code or ""):
            remarks[0] += f" ({why})"
    if case.complaint and (elsewhere := case.complaint.get("external_id")):
        remarks.append(f"ID lain: {_line(str(elsewhere))}")
    if case.anonymous:
        remarks.append("anonim")
    if confidential:
        remarks.append("rahasia")
    return remarks


def _without_reporter(text: str, case: Case) -> str:
    """On one line, without numbers and addresses, and without the name of the reporter."""
    reporter = case.complaint.get("reporter", {}) if case.complaint else {}
    name = reporter.get("name")
    words = re.findall(r"[^\W_]+", name[:_LONGEST_NAME]) if isinstance(name, str) else []
    if len("".join(words)) >= _SHORTEST_NAME:
        said = r"[\W_]+".join(map(re.escape, words))
        text = re.sub(rf"(?<!\w){said}(?!\w)", _NAME, text, flags=re.IGNORECASE)
    return _line(masked(text))


def _line(text: str) -> str:
    return " ".join(text.split())


def _open_and_closed(office: DeskSession, wanted: CaseFilter, most: int) -> AsyncIterator[Case]:
    return _in_order(
        office.store.listed(wanted, most=most),
        office.store.listed(replace(wanted, state=State.CLOSED), most=most),
    )


async def _in_order(*lists: AsyncIterator[Case]) -> AsyncIterator[Case]:
    """Cases of several lists, each the oldest first, as one."""
    heads = [(await anext(one, None), one) for one in lists]
    while there := [(case, one) for case, one in heads if case is not None]:
        first, source = min(there, key=lambda head: (head[0].opened_at, head[0].complaint_id))
        yield first
        heads = [
            (await anext(one, None), one) if one is source else (case, one) for case, one in heads
        ]
