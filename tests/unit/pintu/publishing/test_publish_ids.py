"""The ids of what is published: the same line is the same complaint, whenever it is sent."""

import io
from datetime import UTC
from functools import partial

from pintu.publishing.columns import Choice, columns_of
from pintu.publishing.complaints import Item, Ready, complaints
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.lines import OfficeLines
from pintu.publishing.records import Skipped
from schemas.limits import PUBLISHED_LINE_BYTES


def items(text: str, batch: str | None = None, channel: str = "api") -> list[Item]:
    lines = OfficeLines(io.BytesIO(text.encode()), PUBLISHED_LINE_BYTES)
    records = csv_records(lines, partial(columns_of, zone=UTC), Choice().knows_text)
    return list(complaints(records, batch=batch, channel=channel))


def ids(text: str, batch: str | None = None) -> list[str]:
    return [i.message.message_id for i in items(text, batch) if isinstance(i, Ready)]


def test_a_file_read_again_gives_the_same_messages() -> None:
    text = "text\nlampu mati\njalan rusak\n"
    assert items(text) == items(text)


def test_neighbours_who_write_the_same_words_are_two_complaints() -> None:
    assert len(set(ids("text\nlampu mati\nlampu mati\n"))) == 2


def test_a_name_keeps_files_apart_that_say_the_same() -> None:
    assert ids("text\na\n", "monday.csv") != ids("text\na\n", "tuesday.csv")


def test_a_line_that_was_changed_is_another_complaint() -> None:
    before, after = ids("text\na\nb\n"), ids("text\na\nc\n")
    assert before[0] == after[0] and before[1] != after[1]


def test_a_file_that_grows_keeps_its_ids() -> None:
    assert ids("text\na\nb\n") == ids("text\na\nb\nc\n")[:2]


def test_how_a_row_is_quoted_makes_no_difference() -> None:
    assert ids("text,village\na,b\n") == ids('"text","village"\r\n"a","b"\r\n')


def test_an_id_that_comes_twice_is_told_since_the_router_would_drop_the_second() -> None:
    found = items("id,text\n1,a\n2,b\n1,c\n")
    [bad] = [i for i in found if isinstance(i, Skipped)]
    assert (bad.place.line, bad.reason) == (4, "repeated-id")
    assert bad.detail == "the same channel and id as line 2"


def test_one_id_in_two_channels_is_two_complaints() -> None:
    assert ids("id,channel,text\n1,sms,a\n1,web,a\n") == ["1", "1"]


def test_an_id_too_long_for_a_property_stays_in_the_event() -> None:
    [item] = items(f"id,text\n{'x' * 300},a\n")
    assert isinstance(item, Ready)
    assert len(item.message.message_id) == 36
    assert b"x" * 300 in item.message.body
