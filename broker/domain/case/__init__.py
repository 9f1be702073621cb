"""The life of a case, from its first ``routed`` or ``triaged`` to its end. Pure."""

from broker.domain.case.case import Case, Closed, Lead, State, Supporting, policy_of
from broker.domain.case.clock import CaseClock
from broker.domain.case.conversation import Said, newest, office_of
from broker.domain.case.deadlines import Due, upcoming
from broker.domain.case.events import NameOf, resend, unnamed
from broker.domain.case.fired_again import Fired, fire_again
from broker.domain.case.firing import amend, fire
from broker.domain.case.handover import handover_id
from broker.domain.case.judging import asks_history, first_agency, judged
from broker.domain.case.late_together import hears_of_it, overdue_too
from broker.domain.case.life import apply, cause_of, needs_words, read, related
from broker.domain.case.linking import earlier_of, link
from broker.domain.case.listing import (
    EVERY_OPEN,
    CaseFilter,
    Facts,
    facts_of,
    mentions,
    missing_in,
    missing_in_said,
    said_in,
)
from broker.domain.case.mergeable import why_not
from broker.domain.case.opening import routed_from
from broker.domain.case.outcome import (
    Applied,
    Context,
    Early,
    Entry,
    Outcome,
    Refused,
    Repeated,
    Replayed,
)
from broker.domain.case.place import Place
from broker.domain.case.receipt import has_part, receipt
from broker.domain.case.record import clock_from, clock_record, from_record, to_record, to_values
from broker.domain.case.refusing import INTERNAL_ERROR, refusal_of, refuse
from broker.domain.case.updating import counts_from
from broker.domain.case.words import folded, missing, said_texts, terms_of, texts_of

__all__ = [
    "EVERY_OPEN",
    "INTERNAL_ERROR",
    "Applied",
    "Case",
    "CaseClock",
    "CaseFilter",
    "Closed",
    "Context",
    "Due",
    "Early",
    "Entry",
    "Facts",
    "Fired",
    "Lead",
    "NameOf",
    "Outcome",
    "Place",
    "Refused",
    "Repeated",
    "Replayed",
    "Said",
    "State",
    "Supporting",
    "amend",
    "apply",
    "asks_history",
    "cause_of",
    "clock_from",
    "clock_record",
    "counts_from",
    "earlier_of",
    "facts_of",
    "fire",
    "fire_again",
    "first_agency",
    "folded",
    "from_record",
    "handover_id",
    "has_part",
    "hears_of_it",
    "judged",
    "link",
    "mentions",
    "missing",
    "missing_in",
    "missing_in_said",
    "needs_words",
    "newest",
    "office_of",
    "overdue_too",
    "policy_of",
    "read",
    "receipt",
    "refusal_of",
    "refuse",
    "related",
    "resend",
    "routed_from",
    "said_in",
    "said_texts",
    "terms_of",
    "texts_of",
    "to_record",
    "to_values",
    "unnamed",
    "upcoming",
    "why_not",
]
