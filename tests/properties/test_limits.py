"""Limits change nothing about a complaint, an update or a text that people write."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.complaint import ComplaintData
from schemas.limits import ATTACHMENTS, CONTAINERS
from schemas.properties import Properties
from schemas.structure import has_more_containers, size_of
from schemas.updates import Update, read_update
from schemas.validation import validate_data
from tests.properties.test_reading import json_values

CASE = "0a0e8f1c-4b0d-5c3e-9f3e-2d7a3f0b1c2d"
extras = st.dictionaries(st.text(max_size=8), json_values, max_size=6)
attachments = st.lists(
    st.fixed_dictionaries({"url": st.text(min_size=1, max_size=20)}), max_size=ATTACHMENTS
)


def counted(value: Any) -> int:
    """Objects and lists, counted by hand."""
    if not isinstance(value, dict | list):
        return 0
    parts = value.values() if isinstance(value, dict) else value
    return 1 + sum(map(counted, parts))


@given(extras, attachments)
def test_an_ordinary_complaint_is_taken_as_it_is(
    extra: dict[str, Any], files: list[dict[str, str]]
) -> None:
    data = {"text": "halo", "extra": extra, "attachments": files}
    found, warnings = validate_data(data)
    assert found == ComplaintData.model_validate(data)
    assert warnings == ()


@given(extras)
def test_an_ordinary_update_says_what_it_said(extra: dict[str, Any]) -> None:
    written = json.dumps({"subject": CASE, "id": "1", "data": {"more": extra}}, ensure_ascii=False)
    body = written.encode("utf-8", "replace")  # the other halves of surrogates are a test's own
    extra = json.loads(body)["data"]["more"]
    update = read_update(body, Properties(), "channel.web.replied")
    assert isinstance(update, Update), update
    assert update.data == {"more": extra}


@given(json_values, st.integers(0, 12))
def test_objects_and_lists_are_counted_as_they_are_read(value: Any, most: int) -> None:
    body = json.dumps(value).encode()
    assert has_more_containers(body, most) is (counted(value) > most)
    assert not has_more_containers(body, CONTAINERS)


@given(json_values)
def test_a_size_within_its_limits_is_exact(value: Any) -> None:
    def values(part: Any) -> int:
        if not isinstance(part, dict | list):
            return 0
        inner = list(part.values()) if isinstance(part, dict) else part
        return len(inner) + sum(map(values, inner))

    assert size_of(value, values=10**6, levels=10**3).values == values(value)
