"""Cases that go on to another agency because theirs ended or was merged: no decision was wrong."""

from uuid import uuid5

from broker.domain.case.case import Case
from broker.domain.case.outcome import Context
from schemas.updates import Update


def handover_id(case: Case, source: str, to: str) -> str:
    """The id of the desk's update for a case that it hands over with all others of an agency. The
    same for the case as it stands, so that it may be said again; by it the case knows what it is.
    """
    return str(uuid5(case.complaint_id, f"{case.event_id}|{source}|{to}"))


def is_handover(case: Case, update: Update, context: Context) -> bool:
    """Whether the desk assigns it for that reason: with all others, or out of the hands of an
    agency that exists no more."""
    source, to = case.agency, update.agency
    if source is None or to is None:
        return False
    if update.id == handover_id(case, source, to):
        return True
    known = context.rules.agencies.get(source)
    return known is None or not known.active(context.clocks.calendar.local_day(context.now))
