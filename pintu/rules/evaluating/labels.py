"""Cases as labelled history: which of them say who answers, and what may leave the store of them.

A case whose complaint is kept is open. Its label is the agency that answered, or that the desk
named; an agency that the rules chose and that has said nothing yet is no label, or the rules
would learn from themselves.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal, NamedTuple

from broker.domain.case import Case, State
from broker.domain.case.rerouting import BY_DESK
from broker.domain.clocks import WorkingCalendar
from broker.domain.masking import masked
from broker.domain.routing.rules import Rules
from gateway.text.names import NAME_MASK
from schemas.complaint import PublicComplaint

Source = Literal["resolved", "responded", "held", "assigned", "acknowledged"]
LeftOut = Literal["confidential", "no-label"]

_SHORTEST_NAME: Final = 4
"""Letters; what is shorter may be any word."""
_LONGEST_NAME: Final = 200
"""Characters of a name that are looked for."""
_BY_RULES: Final = ("text/", "category/", "learned/")


class Labelled(NamedTuple):
    """A row; the first fields are those of a history (pintu.rules.evaluating.history)."""

    text: str
    address: str
    district: str
    village: str
    topic: str
    agency: str
    reported_at: str
    source: str
    id: str


COLUMNS: Final = Labelled._fields


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A case that gives no row, and why; ``id`` as in a row that it may have given before."""

    id: str
    why: LeftOut


def source_of(case: Case) -> Source | None:
    """What vouches for the agency that has the case, the surest first; None: nothing yet.

    Who asks the reporter (``held``) has looked into it. ``acknowledged`` may be said by a program.
    """
    if case.agency is None or not case.open:
        return None
    if case.state is State.RESOLVED:
        return "resolved"
    response = case.response
    if response is not None and not response.open:
        return "responded"
    if case.state is State.HELD:
        return "held"
    if case.decision.rule == BY_DESK:
        return "assigned"
    return "acknowledged" if case.acknowledged else None


def labelled(
    case: Case, rules: Rules, calendar: WorkingCalendar, *, acknowledged: bool = False
) -> Labelled | Unlabelled:
    """The row of a case: no reporter, and no number or address by which one could be reached.

    ``acknowledged``: whether an agency that has only acknowledged is a label.
    """
    complaint, id = case.complaint, row_id(case)
    if complaint is not None and complaint.get("confidential") not in (None, False):
        return Unlabelled(id, "confidential")
    source = source_of(case)
    if complaint is None or source is None or (source == "acknowledged" and not acknowledged):
        return Unlabelled(id, "no-label")
    location = complaint.get("location", {})
    return Labelled(
        text=_text(complaint),
        address=_line(location.get("address")),
        district=_line(location.get("district")),
        village=_line(location.get("village")),
        topic=_topic(case, complaint, rules),
        agency=case.agency or "",
        reported_at=_moment(case.received_at, calendar),
        source=source,
        id=id,
    )


def row_id(case: Case) -> str:
    """The same for the same case; who has the row alone cannot find the case by it."""
    return sha256(f"history|{case.complaint_id}".encode()).hexdigest()[:16]


def _text(complaint: PublicComplaint) -> str:
    """Title and text, as a decision reads them; without the reporter's name, wherever it stands."""
    title, text = complaint.get("title"), complaint["text"]
    whole = f"{title} . {text}" if title else text
    name = complaint.get("reporter", {}).get("name")
    words = re.findall(r"[^\W_]+", name[:_LONGEST_NAME]) if isinstance(name, str) else []
    if len("".join(words)) >= _SHORTEST_NAME:
        said = r"[\W_]+".join(map(re.escape, words))
        whole = re.sub(rf"(?<!\w){said}(?!\w)", NAME_MASK, whole, flags=re.IGNORECASE)
    return _clean(masked(whole)).strip()


def _line(value: object) -> str:
    return " ".join(_clean(masked(value)).split()) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """With line feeds only, and nothing that is no character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode()


def _topic(case: Case, complaint: PublicComplaint, rules: Rules) -> str:
    """The category that came with the complaint; else what the rules saw, where they were right."""
    if (came_with := rules.topic_name(str(complaint.get("category") or ""))) is not None:
        return came_with
    if not case.decision.rule.startswith(_BY_RULES):
        return ""
    return rules.topic_name(case.decision.topic) or ""


def _moment(moment: datetime, calendar: WorkingCalendar) -> str:
    return calendar.local(moment).isoformat(" ", "seconds")
