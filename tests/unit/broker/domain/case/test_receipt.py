"""What a receipt says, and to whom it goes."""

import json
from typing import Any
from uuid import uuid4

import pytest

from broker.domain.case import Applied, Case, Early, Outcome, Refused, Repeated, receipt
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.reply_to import made_up
from schemas.properties import Properties
from schemas.receipt import ReceivedData
from schemas.updates import BadUpdate, Update
from tests.contract.keeping import a_case
from tests.unit.broker.domain.case.story import MONDAY

REFUSED = Refused("closed", "the case is closed")


def asked(reply_to: str | None = made_up(1), exchange: str = names.UPDATES) -> Incoming:
    headers = {"traceparent": "00-1", "x-secret": "x"}
    properties = Properties(reply_to=reply_to, correlation_id="c-1", headers=headers)
    return Incoming(b"{}", exchange, "agency.dpupr.responded", properties, False, 1)


def an_update(speaker: str, case: Case | None = None, **fields: Any) -> Update:
    who, name = speaker.split(".")
    complaint = case.complaint_id if case else uuid4()
    wanted = {"who": who, "name": name, "verb": "responded", "complaint_id": complaint}
    return Update(**{**wanted, "id": "u-1", "source": None, "time": None, "data": {}, **fields})


def told(
    what: Update | BadUpdate,
    outcome: Outcome,
    *,
    before: Case | None = None,
    after: Case | None = None,
    message: Incoming | None = None,
) -> Outgoing | None:
    return receipt(message or asked(), what, outcome, before=before, after=after, now=MONDAY)


def data(out: Outgoing | None) -> dict[str, Any]:
    assert out is not None
    found: dict[str, Any] = json.loads(out.body)["data"]
    ReceivedData.model_validate(found)
    return found


CASE = a_case(agency="dpupr")


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Applied(CASE), "accepted"),
        (Applied(CASE, changed=False), "unchanged"),
        (Repeated(), "repeated"),
        (REFUSED, "refused"),
        (Early(MONDAY, MONDAY), "waiting"),
    ],
)
def test_every_outcome_has_a_word(outcome: Outcome, says: str) -> None:
    said = data(told(an_update("agency.dpupr", CASE), outcome, before=CASE, after=CASE))
    assert said["outcome"] == says
    assert (said["reason"], said["detail"]) == (
        ("closed", "the case is closed") if says == "refused" else (None, None)
    )


def test_it_goes_to_who_asked_and_to_nobody_else() -> None:
    out = told(an_update("desk.sri", CASE), Repeated(), before=CASE, after=CASE)
    assert out is not None
    assert (out.exchange, out.routing_key) == ("", made_up(1))
    assert (out.correlation_id, out.mandatory) == ("c-1", False)
    assert out.headers == {"traceparent": "00-1"}


@pytest.mark.parametrize("name", [None, "", "cases", "amq.rabbitmq.reply-to", "agency.dlh"])
def test_nobody_is_answered_under_a_name_that_rabbitmq_has_not_made(name: str | None) -> None:
    assert told(an_update("desk.sri"), Repeated(), message=asked(name)) is None


def test_an_event_of_ours_is_not_answered() -> None:
    bad = BadUpdate("bad-event", "x")
    assert told(bad, REFUSED, message=asked(exchange=names.EVENTS)) is None


@pytest.mark.parametrize(
    ("speaker", "theirs"),
    [
        ("agency.dpupr", True),
        ("agency.dlh", False),
        ("channel.web", True),
        ("channel.sms", False),
        ("desk.sri", True),
    ],
)
def test_how_the_case_stands_is_for_who_has_a_part_in_it(speaker: str, theirs: bool) -> None:
    by_id, by_code = (
        data(told(an_update(speaker, CASE, **more), REFUSED, before=CASE, after=CASE))
        for more in ({}, {"tracking": CASE.tracking})
    )
    for said in (by_id, by_code):
        assert said["state"] == ("routed" if theirs else None)
        assert said["agency"] == ("dpupr" if theirs else None)
    # What the sender said is no news; what it did not say is.
    assert by_id["complaint_id"] == str(CASE.complaint_id)
    assert by_code["tracking"] == CASE.tracking
    assert by_id["tracking"] == (CASE.tracking if theirs else None)
    assert by_code["complaint_id"] == (str(CASE.complaint_id) if theirs else None)


def test_who_gave_it_away_hears_where_it_went() -> None:
    after = a_case(agency="dlh", complaint_id=CASE.complaint_id)
    said = data(told(an_update("agency.dpupr", CASE), Applied(after), before=CASE, after=after))
    assert said["agency"] == "dlh"


def test_what_could_not_be_read_says_of_whom_it_is_but_not_to_a_wrong_key() -> None:
    bad = BadUpdate("bad-data", "note: not a string", "agency", "dpupr", "held", CASE.complaint_id)
    assert data(told(bad, REFUSED, before=CASE, after=CASE))["state"] == "routed"
    nobody = BadUpdate("bad-key", "x", complaint_id=CASE.complaint_id)
    assert data(told(nobody, REFUSED, before=CASE, after=CASE))["state"] is None


def test_warnings_are_told() -> None:
    update = an_update("channel.web", CASE, warnings=("internal_note: left out",))
    assert data(told(update, Applied(CASE), before=CASE, after=CASE))["warnings"] == [
        "internal_note: left out"
    ]


def test_the_same_input_has_the_same_id_and_another_outcome_another() -> None:
    update = an_update("desk.sri", CASE)
    ids = [
        out.message_id
        for outcome in (Repeated(), Repeated(), REFUSED)
        if (out := told(update, outcome, before=CASE, after=CASE))
    ]
    assert ids[0] == ids[1] != ids[2]
