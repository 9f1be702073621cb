"""The life of a case: the one entrance for everything that happens to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from broker.domain.case import replacing
from broker.domain.case.case import Case
from broker.domain.case.catching_up import caught_up, completed
from broker.domain.case.late_together import overdue_too
from broker.domain.case.merged_words import hiding, naming_nobody
from broker.domain.case.opening import apply_routing
from broker.domain.case.outcome import Applied, Context, Outcome
from broker.domain.case.spreading import spread
from broker.domain.case.updating import apply_update
from broker.messaging import names
from broker.messaging.messages import Incoming, trace_context
from schemas import verbs
from schemas.events import BadEvent, Routing, read_routing
from schemas.updates import BadUpdate, Update, read_update

_WORDY: Final = (verbs.RETURNED, verbs.ASSIGNED, verbs.MERGED)
_TOLD_TO_ALL: Final = (verbs.ACKNOWLEDGED, verbs.RESPONDED, verbs.RESOLVED)
_ALONE: Final[Mapping[UUID, Case]] = {}


def read(message: Incoming, *, earlier: bool = False) -> Routing | Update | BadUpdate:
    """What the message is. The exchange says who may have published it.

    A ``routed`` or ``triaged`` that cannot be read has nobody to be told: its ``who`` is None.
    ``earlier``: an earlier version took it, which asked less of an update.
    """
    if message.exchange == names.EVENTS:
        try:
            return read_routing(message.body)
        except BadEvent as why:
            return BadUpdate("bad-event", str(why), id=message.properties.message_id)
    found = read_update(message.body, message.properties, message.routing_key, earlier=earlier)
    if isinstance(found, Update) and (trace := trace_context(message)):
        return replace(found, trace=trace)
    return found


def apply(
    case: Case | None,
    what: Routing | Update,
    context: Context,
    trace: Mapping[str, str] | None = None,
    others: Mapping[UUID, Case] = _ALONE,
) -> Outcome:
    """What an event or an update does to its case (None: there is none yet).

    The case is first brought up to date: its deadlines to the calendar in force, and what ran out
    up to ``context.watermark``. So the end is the same however far behind the escalations are, and
    an update is judged by the state that the case had got into by itself. Where the input is not
    taken in, none of that is either: it is done again, to the same effect, with the next one.

    ``case.seen`` must hold every cause taken in before among those of the inputs at hand
    (``cause_of``), and ``case.complaint`` and ``case.conversation`` be there where they are passed
    on (``needs_words``). What the next input of a case must know of this one is in the case that
    comes out, what was said in it too.
    ``trace``: of a routing event; an update has its own. ``others``: the cases that this one was
    merged with or is to be (``related``), as they are by now; what is done to them stands in
    ``Applied.others``.
    """
    if case is None:
        return _told(None, what, context, trace, others)
    current, before = caught_up(case, context)
    said = _to_its_reporter(current, what, others) if isinstance(what, Update) else what
    outcome = _told(current, said, context, trace, others)
    if not isinstance(outcome, Applied):
        return outcome
    if isinstance(what, Update):
        outcome = spread(current, outcome, what, context, others)
    late = overdue_too(before, others, now=context.now, name_of=context.rules.agency_name)
    if late:
        outcome = replacing.replace(outcome, publish=(*late, *outcome.publish))
    return completed(case, before, outcome)


def needs_words(what: Routing | Update, case: Case | None = None) -> bool:
    """Whether the complaint of the case, and what was said in it, have a part in what becomes of
    it: it is decided anew, or passed on. Of a reply that is known once the case is.
    """
    if not isinstance(what, Update):
        return False
    if what.verb in _WORDY:
        return True
    if case is None:
        return False
    at_desk = what.verb == verbs.REPLIED and case.agency is None
    # What is said to those that follow it must name nobody.
    return at_desk or (bool(case.merged) and what.verb in _TOLD_TO_ALL)


def related(what: Routing | Update, case: Case | None) -> frozenset[UUID]:
    """The other cases that this input may concern: the one that it is merged into or follows, and
    those that follow it."""
    found = {*case.merged} if case is not None else set[UUID]()
    if not isinstance(what, Update):
        return frozenset(found)
    if isinstance(what.into, UUID):
        found.add(what.into)
    if case is not None and case.merged_into is not None:
        found.add(case.merged_into.complaint_id)
    return frozenset(found)


def cause_of(what: Routing | Update) -> str:
    """What it is remembered by in its case: the same input twice has one cause."""
    return what.cause if isinstance(what, Update) else what.id


def _to_its_reporter(case: Case, update: Update, others: Mapping[UUID, Case]) -> Update:
    """What an office says in a case that leads, as the reporter of that case may read it: who
    answers sees the reports of all, and may write to another by name."""
    if update.who == "channel" or not case.merged:
        return update
    followers = [others[one] for one in case.merged if one in others]
    return naming_nobody(update, hiding(followers, numbers=False))


def _told(
    case: Case | None,
    what: Routing | Update,
    context: Context,
    trace: Mapping[str, str] | None,
    others: Mapping[UUID, Case],
) -> Outcome:
    if isinstance(what, Update):
        return apply_update(case, what, context, others)
    return apply_routing(case, what, context, trace or {})
