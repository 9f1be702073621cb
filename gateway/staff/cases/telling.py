"""One case as its page shows it: what was said, what happened, who is linked, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from broker.domain.case import Case, Entry
from config.language import gettext
from gateway.api.world import Gateway
from gateway.desk.conversation import Line
from gateway.desk.one_case import Kin
from gateway.desk.session import DeskSession
from gateway.desk.words import CLOCKS, RUNGS, happened_word, speaker_word, state_word, word
from gateway.staff.cases.rows import agency_name, title_of
from gateway.staff.layout import moment
from gateway.web.files_to_see import shown_files

_TEXTS: Final = ("why", "reason", "note", "rule", "follows", "followed_by")


@dataclass(frozen=True, slots=True)
class SaidView:
    """One thing that was said. ``elsewhere``: addresses of files that do not lie here, as text."""

    at: datetime
    who: str
    reporter: bool
    verb: str
    words: tuple[tuple[str, str], ...]
    internal: str | None
    files: Sequence[Mapping[str, object]]
    elsewhere: Sequence[str]


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One line of the history; ``who`` names the person."""

    at: datetime
    who: str
    what: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KinView:
    """A linked case; ``state`` and ``title`` are empty where it is not there any more."""

    how: str
    tracking: str
    title: str
    state: str


def said_view(line: Line, case: Case, world: Gateway, office: DeskSession) -> SaidView:
    """For people of the desk: internal notes too."""
    said = line.said
    suggested = office.agencies.agency_name(said.suggest) if said.suggest else None
    words = ((gettext("Reason"), said.reason), (gettext("Suggested agency"), suggested))
    files, elsewhere = files_of(case, said.attachments, world)
    return SaidView(
        at=said.at,
        who=who_word(f"{said.by}.{line.person}" if line.person else said.by, office),
        reporter=said.by_reporter,
        verb=happened_word(said.verb),
        words=(*((("", said.note),) if said.note else ()), *((a, b) for a, b in words if b)),
        internal=said.internal_note,
        files=files,
        elsewhere=elsewhere,
    )


def history_view(entry: Entry, office: DeskSession) -> HistoryView:
    """A line of the history, with the person who did it."""
    details = list(_details(entry.detail, office))
    if entry.agency_from != entry.agency_to or entry.state_from is None:
        details.insert(0, f"→ {agency_name(entry.agency_to, office)}")
    what = happened_word(entry.what)
    return HistoryView(entry.at, who_word(entry.who, office), what, tuple(details))


def kin_view(kin: Kin) -> KinView:
    """Another case, and how it belongs to this one."""
    how = {
        "follows": gettext("This one goes on with"),
        "followed_by": gettext("Goes on with this one"),
        "duplicate_of": gettext("Duplicate of"),
        "similar": gettext("About the same thing, it seems"),
        "alike": gettext("The same topic and place"),
    }[kin.how]
    there = kin.case
    return KinView(
        how,
        kin.tracking,
        title_of(there) if there else "",
        state_word(there) if there else gettext("not kept any more"),
    )


def files_of(
    case: Case, attachments: object, world: Gateway
) -> tuple[list[dict[str, object]], list[str]]:
    """Those that lie here, with links; of the others their addresses, which are no links: nobody
    here opens what a stranger names by accident."""
    here = shown_files(world, case, attachments)
    every = attachments if isinstance(attachments, Sequence) else ()
    others = [one for one in every if not shown_files(world, case, [one])]
    return here, [str(one.get("url", "")) for one in others if isinstance(one, Mapping)]


def who_word(who: str, office: DeskSession) -> str:
    """The office, and the person where it is known: of ``desk.rina``, ``agency.dlh.budi``."""
    kind, _, rest = who.partition(".")
    if kind == "desk":
        return gettext("the desk") + (f" ({rest})" if rest else "")
    if kind == "channel":
        return gettext("the reporter ({channel})").format(channel=rest)
    if kind == "agency":
        code, _, person = rest.partition(".")
        return office.agencies.agency_name(code) + (f" ({person})" if person else "")
    return speaker_word(who)


def _details(detail: Mapping[str, Any], office: DeskSession) -> Sequence[str]:
    told = []
    if "clock" in detail:
        clock = word(CLOCKS, str(detail["clock"]))
        rung = word(RUNGS, str(detail["rung"])) if detail.get("rung") else ""
        told.append(f"{clock}: {rung}" if rung else clock)
    if "from" in detail and "to" in detail:
        told.append(f"{_moment(detail['from'], office)} → {_moment(detail['to'], office)}")
    if detail.get("suggest"):
        told.append(f"{gettext('Suggested agency')}: {detail['suggest']}")
    for name in _TEXTS:
        if detail.get(name):
            told.append(str(detail[name]))
    return told


def _moment(text: object, office: DeskSession) -> str:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return moment(at.astimezone(office.clocks.calendar.zone))
