"""The one maker of events: what stands beside an event says the same as what stands in it."""

import json
from datetime import UTC, datetime

from broker.messaging import names
from broker.messaging.event import event
from schemas import verbs

AT = datetime(2026, 2, 2, tzinfo=UTC)
TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def test_key_type_and_id_follow_from_the_verb_and_stand_inside_and_outside() -> None:
    out = event(
        verbs.TRIAGED,
        None,
        "web",
        id="e-1",
        source="/pintu/router",
        subject="c-1",
        time=AT,
        data={"n": 1},
        trace=TRACE,
    )
    inside = json.loads(out.body)
    assert (out.exchange, out.routing_key) == (names.EVENTS, "triaged.triage.web")
    assert (out.message_id, out.type) == (inside["id"], inside["type"])
    assert (inside["type"], inside["subject"]) == ("complaint.triaged.v1", "c-1")
    assert inside["data"] == {"n": 1}
    assert out.headers == TRACE
    assert out.mandatory
