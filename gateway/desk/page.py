"""The page of one case, for a person at a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from broker.domain.case import (
    Case,
    CaseClock,
    Closed,
    Due,
    Entry,
    Said,
    State,
    policy_of,
    upcoming,
)
from broker.domain.clocks import rungs_of
from config.language import gettext, worded
from gateway.desk.code_words import word
from gateway.desk.conversation import lines_of, shown
from gateway.desk.deadlines import days_left, standing
from gateway.desk.rows import Candidate, candidates
from gateway.desk.session import DeskSession
from gateway.desk.wording import called, comes, day_and_month, happened, moment, owed
from gateway.text.printable import printable
from schemas.identifiers import tracking
from schemas.meaning import OTHER

_STYLES = {State.TRIAGE: "yellow", State.HELD: "cyan", State.RESOLVED: "green", State.CLOSED: "dim"}
_MOST_AHEAD = 3


def show(
    case: Case,
    history: Sequence[Entry],
    office: DeskSession,
    console: Console,
    conversation: Sequence[Said] = (),
) -> None:
    """Head, complaint, conversation, clocks, what is next, history. Colours only on a terminal."""
    ahead = upcoming(case, office.clocks)
    head = Text(f"{case.tracking}  ", style="bold")
    head.append(word(case.state).upper(), style=_STYLES.get(case.state, "blue"))
    console.print(head)
    rows = (*_head(case, office), *_links(case))
    console.print(_grid((Text(label, style="dim"), value) for label, value in rows))
    console.print(_heading(gettext("Complaint")))
    console.print(_complaint(case))
    if conversation:
        console.print(_heading(gettext("Conversation")))
        for line in lines_of(conversation, history):
            console.print(shown(line, office.agencies, office.clocks.calendar))
    if case.open and case.agency is None and (found := candidates(case, office)):
        console.print(_heading(gettext("Candidates")))
        console.print(_grid(_candidate(one) for one in found))
    console.print(_heading(gettext("Clocks")))
    console.print(_grid(_clock(clock, office) for clock in case.clocks))
    ladders = [(clock, _rungs(case, clock, ahead, office)) for clock in case.clocks]
    if any(rungs for _, rungs in ladders):
        console.print(_heading(gettext("Escalations  [● fired  ○ ahead]")))
        console.print(_grid((*_named(clock), rungs) for clock, rungs in ladders if rungs))
    console.print(_heading(gettext("Next")))
    console.print(Text(f"  {owed(case)}"))
    for due in ahead[:_MOST_AHEAD]:
        console.print(Text(f"  {comes(due, case, office.clocks.calendar)}", style="dim"))
    console.print(_heading(gettext("History")))
    console.print(_grid(_line(entry, office) for entry in history))


def _head(case: Case, office: DeskSession) -> Iterator[tuple[str, Text]]:
    calendar = office.clocks.calendar
    yield "id", Text(str(case.complaint_id))
    yield gettext("agency"), Text(called(case.agency, office.agencies) + _outside(case))
    for other in case.supporting:
        seen = gettext(" (seen)") if other.acknowledged else ""
        yield gettext("supporting"), Text(called(other.agency, office.agencies) + seen)
    kind = word(case.classification) + (gettext(", oversight") if case.oversight else "")
    yield gettext("what"), Text(worded("{kind}, by {channel}", kind=kind, channel=case.channel))
    yield gettext("received"), Text(moment(case.received_at, calendar))
    for clock in case.clocks:
        if clock.open:
            text = standing(clock, office.now(), calendar)
            left = days_left(clock, office.now(), calendar)
            style = "bold red" if left is None or left < 0 else "bold"
            line = Text(f"{moment(clock.due_at, calendar)}  ")
            whose = f" ({clock.agency})" if case.supports(clock.agency or "") else ""
            yield (
                worded("{clock} by", clock=word(clock.name)),
                line.append(text, style=style).append(whose),
            )
    yield gettext("because"), Text(printable(case.decision.because or "-"))
    if case.previous:
        yield (
            gettext("handed back by"),
            Text(", ".join(called(c, office.agencies) for c in case.previous)),
        )
    if case.closed:
        yield gettext("closed"), Text(_end(case.closed, office))
    if case.rating is not None:
        yield gettext("rating"), Text(worded("{rating} of 5, by the reporter", rating=case.rating))


def _end(end: Closed, office: DeskSession) -> str:
    kind = word(end.code) if end.code not in (None, OTHER) else None
    code = f" ({kind} {end.duplicate_of or ''}".rstrip() + ")" if kind else ""
    when = moment(end.at, office.clocks.calendar)
    return worded(
        "{when} by {who}{code}: {reason}",
        when=when,
        who=word(end.by),
        code=code,
        reason=printable(end.reason) or gettext("(forgotten)"),
    )


def _links(case: Case) -> Iterator[tuple[str, Text]]:
    """What it is called elsewhere, and the complaints before and after it."""
    complaint = case.complaint or {"text": ""}
    if case.of:
        yield (
            gettext("submission"),
            Text(printable(worded("{id} of {source}", id=case.of["id"], source=case.of["source"]))),
        )
    if elsewhere := complaint.get("external_id"):
        yield gettext("elsewhere"), Text(printable(elsewhere))
    if case.follows:
        yield gettext("follows"), Text(case.follows)
    elif named := complaint.get("follows"):
        yield (
            "follows",
            Text(
                worded(
                    "{printable} (no complaint of {channel} is known by it)",
                    printable=printable(named),
                    channel=case.channel,
                )
            ),
        )
    for code in case.followed_by:
        yield gettext("followed by"), Text(code)
    for one in case.decision.similar:
        yield gettext("similar"), Text(tracking(one))


def _outside(case: Case) -> str:
    return gettext(" (outside the region)") if case.external and case.agency else ""


def _complaint(case: Case) -> Text:
    complaint = case.complaint
    if complaint is None:
        return Text(
            gettext("  forgotten: the time for which it is kept after the end is over"), style="dim"
        )
    text = Text()
    if complaint.get("confidential"):
        text.append(gettext("  CONFIDENTIAL: not for the public\n"), style="bold yellow")
    if case.anonymous:
        text.append(gettext("  anonymous\n"), style="yellow")
    words = [complaint.get("title"), complaint.get("text")]
    written = "\n".join(printable(str(one), lines=True).strip() for one in words if one)
    text.append("\n".join(f"  {line}" for line in written.splitlines()))
    if where := _where(case):
        text.append(f"\n  {where}", style="dim")
    return text


def _where(case: Case) -> str:
    location = case.complaint.get("location", {}) if case.complaint else {}
    names = (location.get("address"), location.get("village"), location.get("district"))
    return ", ".join(printable(name) for name in names if name)


def _candidate(one: Candidate) -> tuple[Text, ...]:
    """Code and name, how sure, what speaks for it."""
    return (
        Text(f"  {one.agency} · {one.name}"),
        Text(f"{one.confidence:.0%}"),
        Text(printable(one.because or ""), style="dim"),
    )


def _clock(clock: CaseClock, office: DeskSession) -> tuple[Text, ...]:
    """Name, whose, deadline, how it stands."""
    calendar = office.clocks.calendar
    return (
        *_named(clock),
        Text(moment(clock.due_at, calendar)),
        Text(standing(clock, office.now(), calendar)),
    )


def _named(clock: CaseClock) -> tuple[Text, Text]:
    nth = f" ({clock.start})" if clock.start > 1 else ""
    return Text(f"  {word(clock.name)}{nth}"), Text(clock.agency or word("desk"), style="dim")


def _rungs(case: Case, clock: CaseClock, ahead: Sequence[Due], office: DeskSession) -> Text:
    """Those that fired, then those ahead with their days; empty where there are none."""
    calendar = office.clocks.calendar
    to_come = {due.rung.name: due.at for due in ahead if due.rung and due.clock.key == clock.key}
    rungs = Text()
    for rung in rungs_of(policy_of(case, office.clocks), clock.kind):
        if rung.name in clock.fired:
            rungs.append(f"● {rung.name}  ", style="red")
        elif rung.name in to_come:
            when = day_and_month(calendar.local(to_come[rung.name]))
            rungs.append(f"○ {rung.name} {when}  ", style="dim")
    return rungs


def _line(entry: Entry, office: DeskSession) -> tuple[Text, ...]:
    at, who, what, details = happened(entry, office.agencies, office.clocks.calendar)
    style = "red" if entry.what == "escalated" else ""
    return (
        Text(f"  {at}"),
        Text(printable(who), style="dim"),
        Text(what, style=style),
        Text(printable(details)),
    )


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold")


def _grid(rows: Iterator[tuple[Text, ...]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    return table
