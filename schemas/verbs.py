"""The verbs of routing keys and event types: the one list that bindings, permissions and
documents are made from (docs/reference/contract/)."""

from typing import Final

ROUTED: Final = "routed"
TRIAGED: Final = "triaged"
OPENED: Final = "opened"
ACKNOWLEDGED: Final = "acknowledged"
RESPONDED: Final = "responded"
RESOLVED: Final = "resolved"
HELD: Final = "held"
RESUMED: Final = "resumed"
RETURNED: Final = "returned"
ASSIGNED: Final = "assigned"
DISMISSED: Final = "dismissed"
MOVED: Final = "moved"
REPLIED: Final = "replied"
WITHDRAWN: Final = "withdrawn"
ACCEPTED: Final = "accepted"
OVERDUE: Final = "overdue"
CLOSED: Final = "closed"
REJECTED: Final = "rejected"
ESCALATED: Final = "escalated"
DISCARDED: Final = "discarded"
FORGOTTEN: Final = "forgotten"
JOINED: Final = "joined"
MERGED: Final = "merged"
SEPARATED: Final = "separated"
RECEIVED: Final = "received"
"""The receipt of an update; goes to its sender alone, on no exchange of ours."""

AGENCY_UPDATES: Final = (ACKNOWLEDGED, RESPONDED, RESOLVED, HELD, RESUMED, RETURNED)
"""What an agency may say on ``complaints.updates``."""
DESK_UPDATES: Final = (ASSIGNED, DISMISSED, HELD, RESUMED, MERGED, SEPARATED)
"""What the desk may say on ``complaints.updates``."""
CHANNEL_UPDATES: Final = (REPLIED, ACCEPTED, WITHDRAWN)
"""What a channel may say on ``complaints.updates`` on behalf of a reporter."""

EVENTS: Final = (
    ROUTED,
    TRIAGED,
    OPENED,
    ACKNOWLEDGED,
    RESPONDED,
    RESOLVED,
    HELD,
    RESUMED,
    MOVED,
    REPLIED,
    WITHDRAWN,
    ACCEPTED,
    DISMISSED,
    MERGED,
    SEPARATED,
    CLOSED,
    REJECTED,
    OVERDUE,
    ESCALATED,
)
"""What this system says of complaints on ``complaints.events``. ``returned`` and ``assigned``
show as ``moved``; every other accepted update is mirrored under its own verb."""

AUDIT_EVENTS: Final = (DISCARDED, FORGOTTEN, JOINED)
"""What this system says on ``complaints.events`` for the audit trail alone."""

AGENCY_EVENTS: Final = (
    ROUTED,
    ESCALATED,
    MOVED,
    REPLIED,
    WITHDRAWN,
    REJECTED,
    MERGED,
    SEPARATED,
    CLOSED,
)
"""What an agency hears of its complaints."""

TRIAGE_EVENTS: Final = (REPLIED, WITHDRAWN, HELD, RESUMED, MERGED, SEPARATED)
"""What the desk's own system hears of a complaint in triage, beside that it is there."""

CHANNEL_EVENTS: Final = tuple(verb for verb in EVENTS if verb not in (ROUTED, TRIAGED, ESCALATED))
"""What a channel hears of its complaints: everything but the decision, which holds the text,
and the escalations, which concern the authorities alone."""
