"""Whatever comes in is a complaint, unusable with a reason, or without an id: never an error."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.complaint import ComplaintData
from schemas.properties import Properties
from schemas.submission import NeedsId, Submission, Unusable, read_submission

FIELDS = [*ComplaintData.model_fields, "unknown"]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
datas = st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=8)
locations = st.fixed_dictionaries(
    {},
    optional={
        name: json_values
        for name in ("region", "district", "village", "address", "latitude", "longitude")
    },
)
texts = st.none() | st.text(max_size=30)
properties = st.builds(
    Properties,
    content_type=st.none()
    | st.sampled_from(
        ["application/json", "application/cloudevents+json", "text/plain", "TEXT/Plain;x", ";", "x"]
    )
    | st.text(max_size=30),
    content_encoding=st.none() | st.sampled_from(["identity", "gzip", "UTF-8"]),
    headers=st.dictionaries(
        st.sampled_from(["cloudEvents_id", "cloudEvents:type", "x-death", "CC", "é"]),
        json_values,
        max_size=4,
    ),
    message_id=texts,
)


def read(body: bytes, props: Properties) -> Submission | Unusable | NeedsId:
    reading = read_submission(body, props, channel="web")
    assert isinstance(reading, Submission | Unusable | NeedsId)
    if isinstance(reading, Submission):
        assert reading.data.text.strip()
        assert reading.event_id.strip()
        reading.data.text.encode()
    return reading


@given(st.binary(max_size=200), properties)
def test_arbitrary_bytes(body: bytes, props: Properties) -> None:
    read(body, props)


@given(json_values, properties)
def test_arbitrary_json(value: Any, props: Properties) -> None:
    read(json.dumps(value).encode(), props)


@settings(max_examples=300)
@given(datas, st.text(min_size=1, max_size=20), st.booleans())
def test_wrong_types_in_every_field(data: dict[str, Any], text: str, enveloped: bool) -> None:
    data["text"] = "x" + text
    body: Any = {"specversion": "1.0", "id": "1", "data": data} if enveloped else data
    reading = read(json.dumps(body).encode(), Properties(message_id="m"))
    assert isinstance(reading, Submission), reading
    anonymous = data.get("anonymous")
    assert reading.anonymous is not (anonymous is None or anonymous is False)


@given(locations)
def test_wrong_types_inside_a_location(location: dict[str, Any]) -> None:
    body = json.dumps({"text": "halo", "location": location, "attachments": [location, None]})
    assert isinstance(read(body.encode(), Properties(message_id="m")), Submission)


def test_deep_json_in_extra_does_not_stop_the_reader() -> None:
    for depth in (150, 199, 250, 5_000, 200_000):
        body = b'{"text":"a","extra":{"deep":' + b"[" * depth + b"]" * depth + b"}}"
        reading = read(body, Properties(content_type="application/json", message_id="m"))
        assert isinstance(reading, Submission) or reading.reason == "broken-json"  # type: ignore[union-attr]  # it has an id


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    reading = read(b'{"text":"a \\ud800 b"}', Properties(message_id="m"))
    assert isinstance(reading, Submission)
    assert reading.data.text == "a \ufffd b"
