"""What an accepted update comes to: it is told, kept with what was said, and has its line."""

from collections.abc import Mapping
from datetime import datetime

from broker.domain.case import transitions
from broker.domain.case.case import Case
from broker.domain.case.conversation import said_of
from broker.domain.case.events import EventWriter
from broker.domain.case.history import History, note_of
from broker.domain.case.outcome import Applied, Context
from broker.domain.privacy import public_update
from schemas import verbs
from schemas.updates import Update


def mirrored(
    before: Case,
    after: Case,
    update: Update,
    at: datetime,
    context: Context,
    *,
    agency: str | None = None,
) -> Applied:
    """Mirrored under its own verb; the end of a case is told as well.

    ``agency``: of the case, for which an agency speaks. The channel hears of the end once, from
    ``closed``, which says all: the mirror of what ends a case is for the agencies and the audit
    trail.
    """
    changed = after != before
    after = taken_in(before, after, update, context)
    events = writer(update, context)
    by, said = update.speaker, _told(before, after, update)
    ends = before.open and not after.open
    publish = [
        events.mirrored(
            after, update.verb, by=by, at=at, said=said, agency=agency, to_channel=not ends
        )
    ]
    if update.who == "channel":
        publish += events.to_supporting(after, update.verb, by=by, at=at, said=said)
    if ends:
        publish += events.closed(after, note=said.get("note"))
    history = History(context.now, by, before)
    line = history.line(after, update.verb, at, _detail(before, update, agency))
    said_now = said_of(update, at, before.anonymous)
    return Applied(after, line, tuple(publish), (update.cause,), said_now, changed=changed)


def writer(update: Update, context: Context) -> EventWriter:
    """Of the events that an update brings about."""
    return EventWriter(
        update.cause, context.now, trace=update.trace, name_of=context.rules.agency_name
    )


def taken_in(before: Case, after: Case, update: Update, context: Context) -> Case:
    """The case after an update, with its deadlines, which knows the update again."""
    return transitions.with_deadlines(before, after, context.clocks, (update.cause,))


def _told(before: Case, after: Case, update: Update) -> Mapping[str, object]:
    """The data of the update, as far as anonymity allows; a rating is the one that stands."""
    said = update.data
    if update.who == "channel" and before.anonymous:
        said = public_update(said)
    if update.verb != verbs.ACCEPTED:
        return said
    rest = {name: value for name, value in said.items() if name != "rating"}
    return rest if after.rating is None else {**rest, "rating": after.rating}


def _detail(before: Case, update: Update, agency: str | None) -> Mapping[str, object]:
    """For the line of the history; of what the reporter said nothing but the rating."""
    detail: dict[str, object] = {"note": note_of(update)}
    if update.who == "channel":
        detail["rating"] = update.rating
    else:
        detail |= {
            "person": update.person,
            "reason": update.reason,
            "code": update.code,
            "duplicate_of": update.duplicate_of,
        }
    if agency is not None and agency != before.agency:
        detail["supporting"] = agency
    return detail
