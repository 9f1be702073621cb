"""What was said in a case, for a person at a terminal and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from broker.domain.case import Entry, Said, office_of
from broker.domain.clocks import WorkingCalendar
from broker.domain.routing.directory import AgencyDirectory
from config.language import gettext, worded
from gateway.desk.code_words import word
from gateway.desk.wording import moment
from gateway.text.printable import printable
from schemas.complaint import AttachmentFields


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said, and which person of the office said it, where that is known."""

    said: Said
    person: str | None = None


def lines_of(conversation: Sequence[Said], history: Sequence[Entry]) -> list[Line]:
    """Oldest first. Which person of an office it was is in the history only."""
    people: dict[tuple[object, str, str], list[str]] = {}
    for entry in history:
        office = office_of(entry.who)
        of_desk = entry.who.partition(".")[2] if office != entry.who else None
        if (person := of_desk or entry.detail.get("person")) is not None:
            people.setdefault((entry.at, entry.what, office), []).append(str(person))
    return [Line(said, _first(people.get((said.at, said.verb, said.by)))) for said in conversation]


def shown(line: Line, directory: AgencyDirectory, calendar: WorkingCalendar) -> Text:
    """When, who and what on one line, then each kind of words below, marked."""
    said = line.said
    text = Text(f"  {moment(said.at, calendar)}  ", style="dim")
    text.append(printable(speaker(line, directory)), style="not dim bold")
    text.append(f"  {printable(word(said.verb))}", style="not dim")
    for label, words, style in (
        ("", said.note, "not dim"),
        (gettext("reason: "), said.reason, "not dim"),
        (gettext("suggests: "), said.suggest, "not dim"),
        (gettext("INTERNAL: "), said.internal_note, "not dim yellow"),
    ):
        if words:
            text.append(_below(label + printable(words, lines=True)), style=style)
    for attachment in said.attachments:
        text.append(
            _below(worded("attached: {file}", file=attached(attachment))), style="not dim cyan"
        )
    return text


def speaker(line: Line, directory: AgencyDirectory) -> str:
    """``reporter (web)``, ``dlh · Dinas Lingkungan Hidup``, ``desk (sri)``."""
    who, _, name = line.said.by.partition(".")
    if who == "channel":
        return worded("reporter ({channel})", channel=name)
    if who == "agency":
        office = f"{name} · {directory.agency_name(name)}"
        return f"{office} ({line.person})" if line.person else office
    by = word(line.said.by)
    return f"{by} ({line.person})" if line.person else by


def attached(attachment: AttachmentFields) -> str:
    """A file that lies elsewhere: its address, and what is known of it."""
    size = attachment.get("size")
    known = [
        attachment.get("media_type"),
        worded("{size:,} bytes", size=size) if size is not None else None,
    ]
    known += [gettext("sensitive") if attachment.get("sensitive") else None]
    told = ", ".join(one for one in known if one)
    return printable(attachment["url"] + (f" ({told})" if told else ""))


def record_of(line: Line) -> dict[str, Any]:
    """One thing that was said, for programs; ``person``: of an office, where it is known."""
    said = line.said
    return {
        "at": said.at.isoformat(),
        "by": said.by,
        "person": line.person,
        "verb": said.verb,
        "note": said.note,
        "reason": said.reason,
        "suggest": said.suggest,
        "internal_note": said.internal_note,
        "attachments": [_plain(one) for one in said.attachments],
    }


def _plain(attachment: Mapping[str, object]) -> dict[str, object]:
    return dict(attachment)


def _first(people: list[str] | None) -> str | None:
    """Of several that said the same at once, each in turn."""
    return people.pop(0) if people else None


def _below(words: str) -> str:
    return "".join(f"\n      {line}" for line in words.strip().splitlines())
