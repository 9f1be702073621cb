"""What is said to the cases of the model, by whom, and how much time passes between."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from broker.domain.case import read
from broker.messaging.messages import Incoming
from schemas import verbs
from schemas.events import Routing
from schemas.identifiers import tracking
from schemas.meaning import CODES
from tests.properties.case_invariants import SECRET
from tests.properties.case_model_clocks import AGENCIES
from tests.unit.broker.domain.case.story import NOTHING, ROAD, RULES

KEYS = [
    *(
        f"agency.{agency}.{verb}"
        for agency in sorted(AGENCIES)
        for verb in ("acknowledged", "responded", "resolved", "held", "resumed", "returned")
    ),
    *("desk.a.assigned", "desk.b.assigned", "desk.a.dismissed"),
    *("desk.a.held", "desk.b.held", "desk.a.resumed", "desk.b.resumed"),
    *("channel.web.replied", "channel.web.replied", "channel.web.accepted"),
    *("channel.web.withdrawn", "channel.sms.withdrawn"),
]
NOTES = ["Terima kasih.", "Mohon segera dicek.", ROAD]
ANOTHER = tracking(UUID(int=7))
MORE = st.fixed_dictionaries(
    {"note": st.sampled_from(NOTES), "internal_note": st.sampled_from([None, SECRET])},
    optional={
        "rating": st.sampled_from([None, 1, 5]),
        "reopen": st.sampled_from([True, False, False]),
        "code": st.sampled_from(CODES),
    },
)
GO_ON = (
    *verbs.AGENCY_UPDATES,
    *(verbs.ASSIGNED, verbs.HELD, verbs.HELD, verbs.RESUMED),
    *(verbs.REPLIED, verbs.REPLIED, verbs.ACCEPTED, verbs.ACCEPTED),
)
"""The verbs that bring a case on."""
SPANS = st.sampled_from(
    [
        timedelta(seconds=1),
        timedelta(minutes=5),
        *(timedelta(hours=h) for h in (1, 7, 24, 72, 250, 700)),
    ]
)


def note_in(text: str, note: str) -> str:
    """What a reporter adds: of a complaint that says nothing yet, perhaps what it is about."""
    return note if text == NOTHING or note != ROAD else NOTES[0]


def fitting(verb: str, lead: str | None, agency: str) -> str:
    """The routing key of a verb from whoever may say it in a case of `lead`, or in triage."""
    if verb in verbs.CHANNEL_UPDATES:
        return f"channel.web.{verb}"
    if verb == verbs.ASSIGNED or (lead is None and verb in verbs.DESK_UPDATES):
        return f"desk.a.{verb}"
    return f"agency.{lead or agency}.{verb}"


def other_rules():
    topics = [replace(t, agency="dlh") if t.id == "road-damage" else t for t in RULES.topics]
    return replace(RULES, topics=topics)


OTHER_RULES = other_rules()


def read_known(message: Incoming) -> Routing:
    what = read(message)
    assert isinstance(what, Routing)
    return what
