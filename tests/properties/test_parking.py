"""Whatever comes in can be parked: nothing raises, and nothing is lost of the body."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park, read_origin
from broker.messaging.parking.properties_json import CAP, as_json, from_json
from schemas.properties import Properties

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)

# Every code point, lone surrogates and NUL included.
characters = st.characters(exclude_categories=()) | st.sampled_from("\ud800\udfff\0$/")
anything_written = st.text(characters, max_size=300)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    anything_written,
    st.binary(max_size=300),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(),
    st.builds(object),
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(anything_written, inner) | st.tuples(inner),
    max_leaves=8,
)
maybe = st.none() | anything_written
properties = st.builds(
    Properties,
    content_type=maybe,
    content_encoding=maybe,
    headers=st.dictionaries(anything_written, values, max_size=6),
    delivery_mode=st.none() | st.integers(),
    priority=st.none() | st.integers(),
    correlation_id=maybe,
    reply_to=maybe,
    expiration=maybe,
    message_id=maybe,
    timestamp=st.none() | st.integers(),
    type=maybe,
    user_id=maybe,
    app_id=maybe,
)
incoming = st.builds(
    Incoming,
    body=st.binary(max_size=2000),
    exchange=anything_written,
    routing_key=anything_written,
    properties=properties,
    redelivered=st.booleans(),
    tag=st.integers(1, 2**63),
)


@given(incoming, anything_written)
def test_any_message_can_be_parked_with_its_body_byte_for_byte(
    message: Incoming, detail: str
) -> None:
    parked = park(message, "broken-json", detail, NOW)
    assert parked.body == message.body
    assert set(parked.headers) == {
        "parked-reason",
        "parked-detail",
        "parked-from",
        "parked-at",
        "parked-properties",
    }
    for text in (*parked.headers.values(), parked.routing_key, parked.content_type or ""):
        text.encode("utf-8")
    assert len(parked.routing_key.encode()) <= 255
    assert len((parked.content_type or "").encode()) <= 255
    assert len(parked.headers["parked-properties"]) <= CAP
    read = json.loads(parked.headers["parked-properties"])
    assert isinstance(read, dict)
    json.dumps(read, ensure_ascii=False).encode()  # no lone surrogates


# Sizes of headers: some fit, some do not, and all together never do.
@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=20).filter(lambda s: sum(s) > CAP))
def test_what_does_not_fit_is_left_out_and_the_rest_is_kept(sizes: list[int]) -> None:
    headers = {f"h{number}": "\0" * size for number, size in enumerate(sizes)}
    written = as_json(Properties(headers=headers, message_id="m-1"))
    assert len(written) <= CAP
    read, missing = from_json(written)
    assert read.message_id == "m-1"
    assert missing >= 1
    assert len(read.headers) + missing == len(headers)
    assert all(headers[key] == value for key, value in read.headers.items())


@given(st.dictionaries(st.text(), st.binary(min_size=100, max_size=9000), max_size=40))
def test_the_properties_stay_valid_json_when_they_have_to_be_cut(headers: dict[str, bytes]) -> None:
    written = as_json(Properties(headers=headers, message_id="m-1"))
    assert len(written) <= CAP
    read, missing = from_json(written)
    assert read.message_id == "m-1"
    assert len(read.headers) + missing == len(headers)
    assert all(headers[key] == value for key, value in read.headers.items())


# What AMQP can carry and this program can decode; a float is compared by its text for NaN's sake.
wire = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(),
    st.binary(max_size=100),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False).map(Decimal),
    st.floats(allow_nan=False),
    st.none(),
)
wire_values: st.SearchStrategy[Any] = st.recursive(
    wire, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
)


@given(st.dictionaries(st.text(), wire_values, max_size=5), st.text(max_size=50))
def test_properties_come_back_as_they_were(headers: dict[str, Any], message_id: str) -> None:
    original = Properties(headers=headers, message_id=message_id, priority=3, timestamp=1)
    read, missing = from_json(as_json(original, cap=10**9))
    assert (read, missing) == (original, 0)


@given(st.text(), st.text())
def test_where_a_message_came_from_can_be_read_back(exchange: str, routing_key: str) -> None:
    message = Incoming(b"", exchange, routing_key, Properties(), False, 1)
    origin = park(message, "no-text", "", NOW).headers["parked-from"]
    assert read_origin(origin) == (exchange, routing_key)
