"""What is too much is left out with a warning or parked with a reason, and named by its limit."""

import json
from typing import Any

import pytest
from pydantic_core import from_json

from broker.messaging.parking import properties_json
from schemas.events import BadEvent, read_routing
from schemas.limits import (
    ATTACHMENTS,
    CONTAINERS,
    DEEPEST,
    EVENT_ITEMS,
    EXTRA_KEYS,
    EXTRA_VALUES,
    HEADERS_KEPT,
    STRINGS,
    UPDATE_VALUES,
)
from schemas.properties import Properties
from schemas.structure import has_more_containers, size_of
from schemas.submission import NeedsId, Submission, Unusable, read_submission
from schemas.updates import BadUpdate, Update, read_update
from schemas.validation import validate_data
from tests.unit.broker.domain.case.story import LIGHT, MONDAY, routed_by_router

CASE = "0a0e8f1c-4b0d-5c3e-9f3e-2d7a3f0b1c2d"
JSON = Properties(content_type="application/json", message_id="m")


def complaint(**data: Any) -> tuple[Any, tuple[str, ...]]:
    return validate_data({"text": "halo"} | data)


def submitted(body: bytes, properties: Properties = JSON) -> Submission | Unusable | NeedsId:
    return read_submission(body, properties, channel="web")


def updated(data: dict[str, Any]) -> Update | BadUpdate:
    body = json.dumps({"complaint_id": CASE} | data).encode()
    return read_update(body, JSON, "channel.web.replied")


def nested(levels: int) -> dict[str, Any]:
    """That many objects within each other."""
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    assert isinstance(value, dict)
    return value


def test_attachments_are_taken_up_to_a_limit_and_the_others_named() -> None:
    data, warnings = complaint(attachments=[{"url": str(n)} for n in range(ATTACHMENTS + 1)])
    assert [item.url for item in data.attachments] == [str(n) for n in range(ATTACHMENTS)]
    assert warnings == (f"attachments: more than {ATTACHMENTS}; the others left out",)


def test_as_many_attachments_as_the_limit_are_nothing_to_warn_of() -> None:
    data, warnings = complaint(attachments=[{"url": str(n)} for n in range(ATTACHMENTS)])
    assert len(data.attachments) == ATTACHMENTS
    assert warnings == ()


@pytest.mark.parametrize(
    ("most", "more", "warning"),
    [
        (
            {str(n): n for n in range(EXTRA_KEYS)},
            {str(n): n for n in range(EXTRA_KEYS + 1)},
            f"extra: more than {EXTRA_KEYS} keys; left out",
        ),
        (
            {"a": [0] * (EXTRA_VALUES - 1)},
            {"a": [0] * EXTRA_VALUES},
            f"extra: more than {EXTRA_VALUES} values; left out",
        ),
        (
            nested(DEEPEST),
            nested(DEEPEST + 1),
            f"extra: nested more than {DEEPEST} levels deep; left out",
        ),
    ],
    ids=["keys", "values", "levels"],
)
def test_extra_is_left_out_beyond_its_limits(
    most: dict[str, Any], more: dict[str, Any], warning: str
) -> None:
    data, warnings = complaint(extra=most)
    assert data.extra == most
    assert warnings == ()
    data, warnings = complaint(extra=more)
    assert data.extra is None
    assert warnings == (warning,)


def test_a_complaint_goes_through_without_the_extra_that_is_too_much() -> None:
    body = b'{"text":"halo","extra":{"a":[{}' + b",{}" * (CONTAINERS - 10) + b"]}}"
    reading = submitted(body)
    assert isinstance(reading, Submission)
    assert reading.warnings == (f"extra: more than {EXTRA_VALUES} values; left out",)


def test_a_body_of_more_objects_and_lists_than_can_be_read_is_parked_unread() -> None:
    body = b'{"text":"halo","extra":{"a":[{}' + b",{}" * CONTAINERS + b"]}}"
    for properties in (JSON, Properties(message_id="m")):
        reading = submitted(body, properties)
        assert isinstance(reading, Unusable)
        assert reading.reason == "too-many-values"
        assert reading.detail == f"more than {CONTAINERS} objects and lists"


def test_brackets_in_a_text_are_no_lists() -> None:
    text = '[{"\\' * CONTAINERS
    reading = submitted(json.dumps({"text": text}).encode())
    assert isinstance(reading, Submission)
    assert reading.data.text == text


@pytest.mark.parametrize("text", ["[" * (CONTAINERS + 1), "[[" + "[]," * CONTAINERS])
def test_a_text_of_brackets_without_a_content_type_is_a_text(text: str) -> None:
    reading = submitted(text.encode(), Properties(message_id="m"))
    assert isinstance(reading, Submission)
    assert reading.data.text == text


def test_an_event_with_a_text_of_brackets_has_its_clock() -> None:
    event = routed_by_router(LIGHT + " [" * (CONTAINERS + 1), MONDAY)[0]
    assert read_routing(event.body).data.agency == "dishub"


def test_the_extra_that_goes_through_is_in_an_event_that_can_be_read() -> None:
    extra: dict[str, Any] = {"a": [{} for _ in range(EXTRA_VALUES - 1)]}
    event = routed_by_router(LIGHT, MONDAY, extra=extra)[0]
    assert read_routing(event.body).data.complaint["extra"] == extra


def test_counting_objects_and_lists_agrees_with_reading_them() -> None:
    body = json.dumps({"a": [[{"[": '"{[\\'}], [], {}], "\\": "]["}).encode()
    assert not has_more_containers(body, 6)
    assert has_more_containers(body, 5)
    assert has_more_containers(b"[" + b'"[",' * STRINGS + b'""]', 5)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "[1e999, 1000000000000000000000]"])
def test_an_update_with_a_number_that_json_cannot_carry_is_bad_data(number: str) -> None:
    body = f'{{"complaint_id": "{CASE}", "note": "a", "more": {{"x": {number}}}}}'.encode()
    found = read_update(body, JSON, "channel.web.replied")
    assert isinstance(found, BadUpdate)
    assert (found.reason, found.detail) == ("bad-data", "data: a number that JSON cannot carry")


def test_a_size_counts_values_and_levels() -> None:
    assert size_of({"a": [1, {"b": 2.5}], "c": "x"}, values=99, levels=9) == (5, 3, True)
    assert not size_of([[float("inf")]], values=99, levels=9).finite
    assert size_of("text", values=0, levels=0) == (0, 0, True)


def test_an_update_is_refused_beyond_its_limits() -> None:
    assert isinstance(updated({"photos": [0] * (UPDATE_VALUES - 2)}), Update)
    refused = updated({"photos": [0] * UPDATE_VALUES})
    assert isinstance(refused, BadUpdate)
    assert (refused.reason, refused.who) == ("too-many-values", "channel")
    assert str(refused.complaint_id) == CASE
    deep = updated({"deep": nested(DEEPEST)})
    assert isinstance(deep, BadUpdate)
    assert deep.reason == "bad-data"
    assert isinstance(updated({"deep": nested(DEEPEST - 1)}), Update)


@pytest.mark.parametrize("place", ["warnings", "alternatives", "previous"])
def test_an_event_with_longer_lists_than_ours_is_none(place: str) -> None:
    event = json.loads(routed_by_router(LIGHT, MONDAY)[0].body)
    event["data"]["decision"][place] = [1] * (EVENT_ITEMS + 1)
    with pytest.raises(BadEvent, match=f"{place}"):
        read_routing(json.dumps(event).encode())


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (r"\ud800", "\ufffd"),
        (r"\udc00 \uD83D", "\ufffd \ufffd"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\\ud83d\udc00", "\\ud83d\ufffd"),
        (r"\\\ud83d\udc00", "\\\U0001f400"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\\ud800 \udfff", "\\ud800 \ufffd"),
    ],
)
def test_a_surrogate_without_its_other_half_is_a_replacement_character(
    escaped: str, read: str
) -> None:
    for more in ("", r" \ud800"):
        reading = submitted(b'{"text":"a%s%s"}' % (escaped.encode(), more.encode()))
        assert isinstance(reading, Submission)
        assert reading.data.text == "a" + read + more.replace(r"\ud800", "\ufffd")


def test_headers_of_a_parked_message_are_looked_at_up_to_a_limit() -> None:
    properties = Properties(headers={f"h{n}": n for n in range(HEADERS_KEPT + 5)})
    kept, missing = properties_json.from_json(properties_json.as_json(properties, cap=10**6))
    assert len(kept.headers) == HEADERS_KEPT
    assert missing == 5


def test_a_body_that_is_no_json_is_read_by_the_fast_parser_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies: list[object] = []

    def counted(body: bytes | str, **options: Any) -> Any:
        bodies.append(body)
        return from_json(body, **options)

    monkeypatch.setattr("schemas.unpacking.from_json", counted)
    found = submitted(b'{"text": "a", "extra": {"k1": [], "k2"')
    assert isinstance(found, Unusable)
    assert found.reason == "broken-json"
    assert len(bodies) == 1
