"""Whatever lies in the queue of the cases is read, answered or parked: nothing raises."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from broker.domain.case import (
    Applied,
    Context,
    Early,
    Refused,
    Repeated,
    apply,
    read,
    refusal_of,
    refuse,
)
from broker.messaging import names
from broker.messaging.messages import Incoming
from schemas.meaning import CODES
from schemas.properties import Properties
from schemas.updates import BadUpdate, Update
from schemas.verbs import AGENCY_UPDATES, CHANNEL_UPDATES, DESK_UPDATES
from tests.support.updates_read import assert_sound
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    LIGHT,
    MONDAY,
    RULES,
    Story,
    an_echo,
    routed_by_router,
)

STORY = Story().begins(LIGHT)
CASE = STORY.it
CONTEXT = Context(STORY.now, STORY.now, RULES, CLOCKS)
[ROUTED, _] = routed_by_router(LIGHT, MONDAY)

# A text of one alphabet hardly ever holds the few characters that hurt.
anything_written = st.lists(
    st.sampled_from(["\ud800", "\0", ".", " ", "a"]) | st.characters(exclude_categories=()),
    max_size=9,
).map("".join)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | anything_written,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(anything_written, inner, max_size=3)
    ),
    max_leaves=6,
)
codes = st.sampled_from(["dishub", "pln", "dlh", "web", "sms", "admin", "nobody", "badan-bubar"])
verbs = st.sampled_from([*AGENCY_UPDATES, *DESK_UPDATES, *CHANNEL_UPDATES, "routed", "x"])
keys = anything_written | st.builds(
    "{}.{}.{}".format, st.sampled_from(["agency", "desk", "channel"]), codes, verbs
)
complaints = st.sampled_from(
    [str(CASE.complaint_id), "0" * 32, CASE.tracking, CASE.tracking.lower(), "0000-0000-0001"]
)
SECRET = "Anggaran habis."
"""Of every internal note that is drawn."""
attachments = st.fixed_dictionaries(
    {}, optional={"url": values | st.just("https://x/1"), "media_type": values, "size": values}
)
data = st.fixed_dictionaries(
    {},
    optional={
        "note": values | st.just("sudah \x1b[31mditambal"),
        "reason": values | st.just("bukan kami"),
        "suggest": values | codes,
        "agency": values | codes,
        "oversight": values,
        "complaint_id": values | complaints,
        "tracking": values | complaints,
        "internal_note": values | st.just(SECRET),
        "internalNote": values | st.just(SECRET),
        "attachments": values | st.lists(attachments | values, max_size=25),
        "rating": values | st.integers(0, 6),
        "reopen": values,
        "code": values | st.sampled_from(CODES),
        "duplicate_of": values | st.just("0000-0000-0000") | complaints,
        "classification": values | st.sampled_from(["complaint", "aspiration", "x"]),
        "category": values | codes,
        "title": values,
        "warnings": values,
    },
)
events = st.fixed_dictionaries(
    {},
    optional={
        "specversion": st.just("1.0") | values,
        "id": values | st.just("1"),
        "source": values,
        "type": values,
        "subject": values | complaints,
        "time": values | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
        "data": data | values,
        "data_base64": values,
    },
)
bodies = (
    st.binary(max_size=60)
    | events.map(lambda e: json.dumps(e).encode())
    | data.map(lambda d: json.dumps(d).encode())
)
properties = st.builds(
    Properties,
    content_type=st.sampled_from(
        [None, "application/json", "application/cloudevents+json", "text/plain", "x"]
    ),
    message_id=st.none() | anything_written,
    headers=st.dictionaries(
        st.sampled_from(["cloudEvents_id", "cloudEvents:subject", "cloudEvents_time", "x"]),
        values,
    ),
    timestamp=st.none() | st.integers(-(2**63), 2**64),
)


def handled(message: Incoming) -> Any:
    """As the case consumer would: what came of it, and all that is published."""
    what = read(message)
    if isinstance(what, BadUpdate):
        published = refuse(message, what, refusal_of(what), case=None, now=MONDAY)
        return what, published
    case = CASE if isinstance(what, Update) and _is_about(what) else None
    outcome = apply(case, what, CONTEXT)
    if isinstance(outcome, Applied):
        return outcome, outcome.publish
    if isinstance(outcome, Early | Refused):
        why = outcome if isinstance(outcome, Refused) else Refused("unknown-case", "so it is")
        return outcome, refuse(message, what, why, case=case, now=MONDAY)
    assert isinstance(outcome, Repeated)
    return outcome, ()


def _is_about(update: Update) -> bool:
    return CASE.complaint_id == update.complaint_id or CASE.tracking == update.tracking


@given(bodies, properties, keys)
def test_any_update_that_is_understood_is_sound(body: bytes, props: Properties, key: str) -> None:
    what = read(Incoming(body, names.UPDATES, key, props, False, 1))
    if isinstance(what, Update):
        assert_sound(what)


said = st.tuples(
    st.sampled_from(["agency.dishub", "agency.pln", "desk.admin", "channel.web"]), verbs
)


@given(said.map(".".join), data)
def test_no_internal_note_goes_to_a_channel(key: str, data: dict[str, Any]) -> None:
    given_ = {"complaint_id": str(CASE.complaint_id), "note": "a", **data, "tracking": None}
    body = json.dumps(given_ | {"internal_note": SECRET}).encode()
    props = Properties(content_type="application/json", message_id="1")
    message = Incoming(body, names.UPDATES, key, props, False, 1)
    what = read(message)
    if isinstance(what, Update):
        assert_sound(what)
        assert SECRET not in json.dumps(what.data).replace(json.dumps(what.note), "")
    _, published = handled(message)
    for out in published:
        conversation = out.routing_key.startswith(("routed.", "triaged."))
        assert out.exchange != names.EVENTS or conversation or SECRET.encode() not in out.body


@given(bodies, properties, keys)
def test_any_update_is_answered_and_every_answer_can_be_published(
    body: bytes, props: Properties, key: str
) -> None:
    message = Incoming(body, names.UPDATES, key, props, False, 1)
    outcome, published = handled(message)
    for out in published:
        assert len(out.routing_key.encode("utf-8", "replace")) <= 255
        if out.exchange == names.EVENTS:
            json.loads(out.body)
    again, same = handled(message)
    assert again == outcome
    assert [out.message_id for out in same] == [out.message_id for out in published]


@given(st.data())
def test_an_event_of_ours_that_was_bent_is_parked_and_not_answered(data: st.DataObject) -> None:
    event = json.loads(ROUTED.body)
    part = data.draw(st.sampled_from([event, event["data"], event["data"]["decision"]]))
    name = data.draw(st.sampled_from(sorted(part)))
    if data.draw(st.booleans()):
        del part[name]
    else:
        part[name] = data.draw(values)
    message = replace(an_echo(ROUTED), body=json.dumps(event).encode())
    outcome, published = handled(message)
    if isinstance(outcome, BadUpdate):
        assert [out.exchange for out in published] == [names.PARKED_EXCHANGE]
    else:
        assert isinstance(outcome, Applied | Early | Refused)
