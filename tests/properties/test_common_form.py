"""What the quick reader reads, the generous one reads alike, to the last value and warning."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.common_form import common_form
from schemas.complaint import SUBMITTED
from schemas.identifiers import tracking
from schemas.limits import ATTACHMENTS, DEEPEST, EXTERNAL_ID, EXTRA_KEYS
from schemas.properties import Properties
from schemas.submission import Submission, read_generously, read_submission
from tests.fuzz import seeds
from tests.fuzz.mutating import Maker
from tests.properties.test_reading import datas, json_values, properties

STRUCTURED = Properties(content_type="application/cloudevents+json", message_id="m")
JSON = Properties(content_type="application/json", message_id="m")
plain = {
    "title": st.none() | st.text(max_size=20),
    "occurred_at": st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False)
    | st.sampled_from(["1700000000", "2026-02-30", "2026-11-24T01:02:03.1234567Z", "2026-11-24"]),
    "classification": st.sampled_from(["complaint", "aspiration", "information_request", None]),
    "oversight": st.none() | st.booleans(),
    "category": st.none() | st.text(max_size=12) | st.integers(-1, 10**10),
    "agency": st.none() | st.text(max_size=12),
    "location": st.none()
    | st.fixed_dictionaries(
        {},
        optional={
            "region": st.none() | st.text(max_size=12),
            "village": st.text(max_size=12),
            "latitude": st.none() | st.floats(-95, 95) | st.integers(-95, 95),
            "longitude": st.floats() | st.integers(),
        },
    ),
    "reporter": st.none() | st.dictionaries(st.sampled_from(["name", "phone"]), st.text()),
    "anonymous": st.none() | st.booleans() | st.sampled_from([0, "false", ""]),
    "confidential": st.none() | st.booleans(),
    "attachments": st.none()
    | st.lists(
        st.fixed_dictionaries(
            {"url": st.text(max_size=3)},
            optional={"size": st.integers(-1, 2**54), "media_type": st.none() | st.text()},
        ),
        max_size=ATTACHMENTS + 1,
    ),
    "follows": st.none()
    | st.text(max_size=12)
    | st.uuids().map(str)
    | st.uuids().map(tracking)
    | st.uuids().map(tracking).map(str.lower)
    | st.text(" -0123456789ABCDEFabcdefOoIil", max_size=110),
    "external_id": st.none()
    | st.text(max_size=12)
    | st.text("0 \t\x7f", max_size=EXTERNAL_ID + 5)
    | st.integers(-1, 2**64)
    | st.booleans(),
    "extra": st.none() | st.dictionaries(st.text(max_size=8), json_values, max_size=6),
    "unknown": json_values,
}
complaints = st.fixed_dictionaries({"text": st.text(max_size=40)}, optional=plain)
events = st.fixed_dictionaries(
    {"specversion": st.just("1.0"), "type": st.just(SUBMITTED), "data": complaints | datas},
    optional={
        "id": st.text(max_size=12) | json_values,
        "source": st.sampled_from(["/channels/web", "/channels/sms"]) | json_values,
        "time": st.sampled_from(["2026-11-24T01:02:03Z", "2026-11-24T01:02:03", "now"])
        | json_values,
        "subject": json_values,
        "more": json_values,
    },
)


def same(body: bytes, props: Properties, key_is_code: bool = True) -> bool:
    """Whether the quick reader read it; then both say the same."""
    if common_form(body, props) is None:
        return False
    found = read_submission(body, props, channel="web", key_is_code=key_is_code)
    expected = read_generously(body, props, channel="web", key_is_code=key_is_code)
    assert found == expected
    # Equal values may yet be written differently: 1, 1.0 and true, or a time with another offset.
    assert repr(found) == repr(expected)
    if isinstance(found, Submission) and isinstance(expected, Submission):
        assert found.data.model_fields_set == expected.data.model_fields_set
    return True


@settings(max_examples=500)
@given(events, st.sampled_from([STRUCTURED, JSON]), st.booleans(), st.booleans())
def test_events_are_read_alike(
    event: dict[str, Any], props: Properties, ascii_only: bool, key_is_code: bool
) -> None:
    body = json.dumps(event, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    same(body, props, key_is_code)


@settings(max_examples=300)
@given(complaints | datas, st.booleans(), properties)
def test_bare_data_is_read_alike(data: dict[str, Any], ascii_only: bool, props: Properties) -> None:
    body = json.dumps(data, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    same(body, JSON)
    same(body, props)


@settings(max_examples=400)
@given(st.integers(0, 1 << 40), st.sampled_from([STRUCTURED, JSON]))
def test_bent_complaints_are_read_alike(number: int, props: Properties) -> None:
    maker = Maker(Random(0))
    maker.begin(number)
    same(seeds.a_body(maker), props)


def test_the_complaints_of_the_demonstration_are_in_the_common_form() -> None:
    bodies = [json.dumps(event).encode() for event in seeds.complaints()]
    assert sum(same(body, JSON) for body in bodies) > len(bodies) * 0.9


TEXT = b'{"text":"jalan rusak",'
ODD = {
    "a name twice": TEXT + b'"text":"lampu","anonymous":false,"anonymous":true}',
    "the other way round": TEXT + b'"anonymous":true,"anonymous":false}',
    "no number, where nobody looks": TEXT + b'"unknown":NaN}',
    "no number, in extra": TEXT + b'"extra":{"a":[-Infinity]}}',
    "more than a number holds": TEXT + b'"extra":{"a":1e999},"location":{"latitude":1e999}}',
    "more, where nobody looks": TEXT + b'"unknown":-1e999}',
    "very long numbers": TEXT
    + b'"extra":{"a":'
    + b"9" * 5_000
    + b'},"category":'
    + b"9" * 30
    + b"}",
    "a long number, where nobody looks": TEXT + b'"unknown":' + b"9" * 6_000 + b"}",
    "half a surrogate": TEXT + b'"title":"\\ud800"}',
    "a name in escapes": TEXT + b'"\\u0073pecversion":"1.0","data":{"text":"lain"}}',
    "a byte order mark": b"\xef\xbb\xbf" + TEXT + b'"title":"a"}',
    "no UTF-8": TEXT + b'"unknown":"\xff"}',
    "UTF-16": '{"text":"jalan"}'.encode("utf-16"),
    "something behind": TEXT + b'"title":"a"} x',
    "a list": b'[{"text":"jalan"}]',
    "deep, where nobody looks": TEXT + b'"unknown":' + b"[" * 198 + b"]" * 198 + b"}",
    "too deep": TEXT + b'"unknown":' + b"[" * 220 + b"]" * 220 + b"}",
    "deep in extra": TEXT + b'"extra":{"a":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}}",
    "many names in extra": TEXT
    + b'"extra":{'
    + b",".join(b'"%d":""' % n for n in range(EXTRA_KEYS + 1))
    + b"}}",
    "NUL": b'{"text":"a\\u0000b"}',
    "blanks": b'{"text":" \\t "}',
    "an event within": TEXT + b'"extra":{"specversion":"1.0"}}',
    "an event without an id": b'{"specversion":"1.0","data":{"text":"a"},"type":"%s","id":" "}'
    % SUBMITTED.encode(),
    "an event with a number for an id": b'{"specversion":"1.0","data":{"text":"a"},"id":7}',
    "an event within an event": b'{"specversion":"1.0","id":"a",'
    b'"data":{"specversion":"1.0","text":"a"}}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_odd_bodies_are_read_alike(body: bytes) -> None:
    for props in (JSON, STRUCTURED):
        same(body, props)
