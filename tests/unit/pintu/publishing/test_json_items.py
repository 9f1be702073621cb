"""Large arrays of JSON, item by item."""

import io
import json
from typing import Any

import pytest

from config.csv_file import BadFile
from pintu.publishing.json_items import json_items
from pintu.publishing.opening import Format
from tests.unit.pintu.publishing.office_files import read

ITEMS: list[Any] = [{"a": 'x ] } , " \\'}, [1, [2]], "a,]", None, 5.5, {}, {"b": {"c": [{}]}}]


class Dribbling(io.BytesIO):
    """Gives a few bytes at a time, so that every item is cut somewhere."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3)


@pytest.mark.parametrize("indent", [None, 2])
def test_the_items_of_an_array_are_given_one_by_one(indent: int | None) -> None:
    raw = b"\xef\xbb\xbf \n" + json.dumps(ITEMS, indent=indent).encode() + b"\n\n"
    for stream in (io.BytesIO(raw), Dribbling(raw)):
        found = list(json_items(stream, 1000))
        assert [json.loads(item.raw) for item in found] == ITEMS
        assert [item.number for item in found] == [*range(1, len(ITEMS) + 1)]


def test_objects_that_follow_each_other_are_items_too() -> None:
    raw = b'{"a": 1}\n{\n"b": "}"\n} {"c": 3}'
    assert [json.loads(i.raw) for i in json_items(io.BytesIO(raw), 99)] == [
        {"a": 1},
        {"b": "}"},
        {"c": 3},
    ]


def test_an_item_that_is_too_long_is_cut_and_the_next_one_given() -> None:
    raw = b'["' + b"a" * 500 + b'", 5]'
    assert [len(item.raw) for item in json_items(io.BytesIO(raw), 100)] == [100, 1]


@pytest.mark.parametrize("raw", [b"", b"text\n", b'"a"', "[]".encode("utf-16")])
def test_what_is_no_json_is_told(raw: bytes) -> None:
    with pytest.raises(BadFile, match="neither an array nor an object"):
        list(json_items(io.BytesIO(raw), 100))


def test_an_array_that_does_not_end_is_told_after_what_was_in_it() -> None:
    items = json_items(io.BytesIO(b'[{"a": 1}, {"b"'), 100)
    assert next(items).raw == b'{"a": 1}'
    assert next(items).raw == b'{"b"'
    with pytest.raises(BadFile, match="ends in the middle of the array"):
        next(items)


def test_a_broken_item_is_told_by_its_number() -> None:
    found = read(b'[{"text": "a"}, {"text" "b"}, {"text": "c"}]', Format.JSON)
    assert found.texts == ["a", "c"] and found.skipped == [(2, "broken-json")]


@pytest.mark.parametrize(
    "before", ['{"data": ', '{"status": "ok", "count": 2,\n "service_requests": ']
)
def test_an_array_may_stand_in_an_object(before: str) -> None:
    found = read(before + '[{"description": "a"}, {"description": "b"}], "more": 1}', Format.JSON)
    assert found.texts == ["a", "b"] and not found.skipped


def test_a_complaint_that_has_a_list_is_one_complaint() -> None:
    line = '{"text": "a", "attachments": [{"url": "https://x.example/1"}]}'
    assert read(line, Format.JSON).texts == ["a"]
