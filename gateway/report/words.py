"""Names of what is counted, to be looked up when the language is known."""

from collections.abc import Mapping
from typing import Any, Final

from config.language import marked
from gateway.report.facts import Status
from gateway.report.model import Named

STATUSES: Final[dict[Status, str]] = {
    "triage": marked("not verified"),
    "waiting": marked("not followed up"),
    "process": marked("in process"),
    "held": marked("held"),
    "done": marked("finished"),
    "archived": marked("archived"),
}
KINDS: Final = {
    "complaint": marked("complaint"),
    "aspiration": marked("aspiration"),
    "information_request": marked("information request"),
    "oversight": marked("of oversight"),
}
CLOCKS: Final = {
    "verification": marked("verification"),
    "response": marked("first answer"),
    "resolution": marked("final answer"),
}
RUNGS: Final = {
    "reminder": marked("reminder"),
    "breach": marked("overdue, to the head of the agency"),
    "coordinator": marked("to the admin instansi"),
    "secretary": marked("to the regional secretary"),
    "inspectorate": marked("to the inspectorate"),
}
ENDS: Final = {
    "not-ours": marked("not ours"),
    "incomplete": marked("incomplete"),
    "duplicate": marked("duplicate"),
    "not-a-complaint": marked("not a complaint"),
    "in-court": marked("in court"),
    "abuse": marked("abuse"),
    "other": marked("other reason"),
    "withdrawn": marked("withdrawn by the reporter"),
}
DIMENSIONS: Final = {
    "kind": marked("Classification"),
    "topic": marked("Category"),
    "district": marked("District"),
    "village": marked("Village"),
    "channel": marked("Channel"),
}
DESK: Final = Named("triage", marked("Desk (admin instansi)"), said=True)
OTHERS: Final = Named("others", marked("all others"), said=True)
TOTAL: Final = Named("total", marked("total"), said=True)


def named(names: Mapping[Any, str], code: str) -> Named:
    """A code of one of these tables; one that nobody knows is its own name."""
    return Named(code, names.get(code, code), said=code in names)
