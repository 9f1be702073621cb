"""What an officer of an agency says in a case by a form: read, checked, said once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import uuid4

from broker.domain.case import Case, Entry
from broker.domain.routing.directory import AgencyDirectory, agency_key
from config.language import gettext
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.inbox.actions import ACTIONS, BY_NAME, NOTED, Action
from gateway.staff.inbox.substance import Hollow, hollow
from gateway.web.forms import Form, form_id
from gateway.web.pages import first
from schemas.limits import NOTE_CHARACTERS
from schemas.verbs import RESOLVED, RESPONDED, RETURNED

_KEPT_IN_HISTORY: Final = 2_000
"""Characters of a note that the history of a case keeps."""
ANSWERS: Final = (RESPONDED, RESOLVED)


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed. ``id``: of the form, so that sent twice it is one update; ``lines``: how many
    lines the history had when its page was made; ``sure``: they were shown that it says little."""

    id: str = field(default_factory=lambda: uuid4().hex)
    lines: int = 0
    note: str = ""
    internal_note: str = ""
    reason: str = ""
    suggest: str = ""
    sure: bool = False

    def of(self, name: str) -> str:
        """A field by its name."""
        return {"note": self.note, "internal_note": self.internal_note, "reason": self.reason}[name]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why it was not sent; ``field``: where."""

    sentence: str
    field: str | None = None
    status: int = 422
    hollow: Hollow | None = None


def words_of(fields: Form) -> Words:
    """What a form says, bounded."""
    lines = first(fields, "lines", 9)
    most = NOTE_CHARACTERS + 1
    return Words(
        id=form_id(fields),
        lines=int(lines) if lines.isascii() and lines.isdigit() else 0,
        note=_lines(first(fields, "note", most)),
        internal_note=_lines(first(fields, "internal_note", most)),
        reason=_lines(first(fields, "reason", most)),
        suggest=first(fields, "suggest", 200),
        sure=first(fields, "sure", 1) == "1",
    )


def action_named(name: str) -> Action:
    """Raises Problem where there is none."""
    if name not in BY_NAME:
        raise Problem("no-such-page")
    return BY_NAME[name]


def objection(
    action: Action, words: Words, directory: AgencyDirectory, agency: str, *, with_files: bool
) -> Objection | None:
    """What is wrong with what was typed, and where; None where nothing is."""
    for name in ("note", "internal_note", "reason"):
        if len(words.of(name)) > NOTE_CHARACTERS:
            told = gettext("Too long: at most {n} characters.").format(n=NOTE_CHARACTERS)
            return Objection(told, name)
    if action.text is not None and not words.of(action.text):
        return Objection(gettext("Write the words first."), action.text)
    if words.suggest and action.name == RETURNED:
        if (code := agency_called(words.suggest, directory)) is None:
            told = gettext("No agency is called that: choose one of the list, or leave it empty.")
            return Objection(told, "suggest")
        if code == agency:
            return Objection(gettext("That is your own agency."), "suggest")
    asks = action.name in ANSWERS and not words.sure and not with_files
    why = hollow(words.note) if asks else None
    return None if why is None else Objection(hollow_told(why), "note", hollow=why)


def hollow_told(why: Hollow) -> str:
    """What is pointed out about an answer that says little."""
    if why == "short":
        return gettext("This answer is very short. Say what was or will be done, where and when.")
    return gettext(
        "This answer says what every answer says. Say what was or will be done, where and when."
    )


def agency_called(name: str, directory: AgencyDirectory) -> str | None:
    """The code of an agency by its code, name, short name or alias."""
    if name in directory.agencies:
        return name
    return directory.agency_index.get(agency_key(name))


def data_of(action: Action, words: Words, directory: AgencyDirectory) -> dict[str, object]:
    """The data of the update."""
    data: dict[str, object] = {"internal_note": words.internal_note}
    if action.name == RETURNED:
        data["reason"] = words.reason
        data["suggest"] = agency_called(words.suggest, directory) if words.suggest else None
    elif action.name != NOTED:
        data["note"] = words.note
    return {name: value for name, value in data.items() if value}


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others did since the page was made. ``repeat``: it is this very form, sent before."""

    lines: int
    happened: Sequence[Entry] = ()
    repeat: bool = False


async def meanwhile(
    world: Gateway, case: Case, agency: str, action: Action, words: Words
) -> Meanwhile:
    """Lines of offices and the reporter; deadlines and escalations change nothing that an officer
    would write otherwise."""
    lines = await world.cases.lines(case.complaint_id)
    if lines <= words.lines or not words.lines:
        return Meanwhile(lines)
    new = await world.cases.history(case.complaint_id, lines - words.lines)
    spoken = [one for one in new if one.who.partition(".")[0] in ("agency", "desk", "channel")]
    own = any(_is_this(one, agency, action, words) for one in spoken)
    return Meanwhile(lines, spoken, repeat=own)


async def handed_back(world: Gateway, case: Case, agency: str, words: Words) -> bool:
    """Whether this very form has handed it back before."""
    new = await world.cases.history(case.complaint_id, 20)
    return any(_is_this(one, agency, BY_NAME[RETURNED], words) for one in new)


def _is_this(entry: Entry, agency: str, action: Action, words: Words) -> bool:
    said = words.reason if action.name == RETURNED else words.note
    kept = entry.detail.get("reason" if action.name == RETURNED else "note") or ""
    same = str(kept)[:_KEPT_IN_HISTORY].strip() == said[:_KEPT_IN_HISTORY].strip()
    return entry.who == f"agency.{agency}" and entry.what == action.verb and same


def happened_told(
    entries: Sequence[Entry], agency: str, directory: AgencyDirectory
) -> list[tuple[datetime, str]]:
    """When, and who did what: offices, and nothing of which person."""
    found = list[tuple[datetime, str]]()
    for entry in entries:
        who, _, code = entry.who.partition(".")
        office = {
            "desk": gettext("Desk of the region"),
            "channel": gettext("Reporter"),
            "agency": directory.agency_name(code),
        }[who]
        found.append((entry.at, f"{office}: {verb_told(entry.what)}"))
    return found


def verb_told(verb: str) -> str:
    """What was done, in a word or two."""
    labels: Mapping[str, str] = {action.name: gettext(action.label) for action in ACTIONS}
    others = {
        "assigned": gettext("Assigned"),
        "dismissed": gettext("Archived"),
        "replied": gettext("Reply"),
        "accepted": gettext("Content with the answer"),
        "withdrawn": gettext("Withdrawn"),
        "merged": gettext("Joined with another report"),
        "separated": gettext("Separated"),
    }
    return labels.get(verb) or others.get(verb) or verb


def _lines(text: str) -> str:
    """Browsers send CR LF, which counts as two characters and shows as one."""
    return text.replace("\r\n", "\n")
