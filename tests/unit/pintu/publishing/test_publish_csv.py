"""A CSV file as complaints: which cell goes where, and which rows are refused."""

import io
import json
from collections.abc import Collection
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.csv_file import BadFile
from pintu.publishing.columns import Choice, columns_of
from pintu.publishing.complaints import Item, Ready, complaints
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.fields import Field
from pintu.publishing.lines import OfficeLines
from pintu.publishing.records import Skipped
from schemas.limits import PUBLISHED_LINE_BYTES

ZONE = ZoneInfo("Asia/Jakarta")


def items(
    text: str | bytes,
    *,
    only: Collection[str] = (),
    ignore: Collection[str] = (),
    extra: Collection[str] = (),
    mapped: dict[str, Field] | None = None,
    first: int = 1,
) -> list[Item]:
    raw = text.encode() if isinstance(text, str) else text
    choice = Choice(only=only, ignore=ignore, extra=extra, mapped=mapped or {})
    columns = partial(columns_of, zone=ZONE, choice=choice)
    lines = OfficeLines(io.BytesIO(raw), PUBLISHED_LINE_BYTES)
    records = csv_records(lines, columns, choice.knows_text)
    return list(complaints(records, batch="file.csv", channel="api", first=first))


def event(item: Item) -> dict[str, Any]:
    assert isinstance(item, Ready), item
    found: dict[str, Any] = json.loads(item.message.body)
    return found


def data(text: str | bytes, **options: Any) -> dict[str, Any]:
    [item] = items(text, **options)
    found: dict[str, Any] = event(item)["data"]
    return found


def skipped(text: str | bytes) -> list[tuple[int, str]]:
    return [(i.place.line, i.reason) for i in items(text) if isinstance(i, Skipped)]


def test_a_row_becomes_a_cloud_event_of_its_channel() -> None:
    [item] = items("id,channel,text\n7,sms,jalan rusak\n")
    assert event(item) == {
        "specversion": "1.0",
        "id": "7",
        "source": "/channels/sms",
        "type": "complaint.submitted.v1",
        "datacontenttype": "application/json",
        "data": {"text": "jalan rusak"},
    }
    assert isinstance(item, Ready)
    assert item.message.exchange == "complaints.intake"
    assert item.message.routing_key == "sms"
    assert item.message.message_id == "7"
    assert item.message.type == "complaint.submitted.v1"
    assert item.message.content_type == "application/cloudevents+json"


def test_columns_of_places_and_reporters_are_put_where_the_contract_has_them() -> None:
    header = (
        "Text,District,village,address,latitude,longitude,name,phone,reporter_email,NATIONAL ID"
    )
    row = "a,Toboali,Rias,Jl. Sudirman,-2.99,106.45,Ani,0812,ani@example.com,1903"
    assert data(f"{header}\n{row}\n") == {
        "text": "a",
        "location": {
            "district": "Toboali",
            "village": "Rias",
            "address": "Jl. Sudirman",
            "latitude": -2.99,
            "longitude": 106.45,
        },
        "reporter": {
            "name": "Ani",
            "phone": "0812",
            "email": "ani@example.com",
            "national_id": "1903",
        },
    }


def test_columns_that_the_contract_does_not_know_go_to_extra_where_somebody_asks_for_it() -> None:
    text = "text,Nomor Tiket,reported-at\na,T-1,2022-01-01\n"
    assert data(text) == {"text": "a"}
    assert data(text, extra=["nomor tiket"]) == {"text": "a", "extra": {"nomor_tiket": "T-1"}}
    assert data(text, extra=["*"]) == {
        "text": "a",
        "extra": {"nomor_tiket": "T-1", "reported_at": "2022-01-01"},
    }


def test_an_extra_column_that_holds_an_object_is_that_object() -> None:
    assert data('text,extra,kode\na,"{""urgent"": true}",k\n', extra=["kode"])["extra"] == {
        "urgent": True,
        "kode": "k",
    }


def test_empty_cells_are_absent() -> None:
    assert data("text,district,name,topic,id\na, ,,,\n") == {"text": "a"}


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("true", True), ("Ya", True), ("1", True), ("no", False), ("TIDAK", False), ("0", False)],
)
def test_flags_are_read_in_english_and_indonesian(cell: str, flag: bool) -> None:
    assert data(f"text,anonymous\na,{cell}\n")["anonymous"] is flag


def test_a_flag_of_confidence_that_nobody_understands_counts_as_true() -> None:
    [item] = items("text,anonymous\na,mungkin\n")
    assert isinstance(item, Ready)
    assert item.warnings == ("anonymous: neither true nor false; taken as true",)


def test_moments_without_an_offset_are_local() -> None:
    text = "text,occurred_at,time\na,2022-01-01 00:29:00,2022-01-02T08:00\n"
    [item] = items(text)
    assert event(item)["data"]["occurred_at"] == "2022-01-01T00:29:00+07:00"
    assert event(item)["time"] == "2022-01-02T08:00:00+07:00"
    assert isinstance(item, Ready) and not item.warnings


def test_a_field_that_the_router_will_leave_out_is_a_warning() -> None:
    [item] = items("text,latitude\na,di sana\n")
    assert isinstance(item, Ready)
    assert [w.split(":")[0] for w in item.warnings] == ["location.latitude"]


def test_attachments_are_addresses_with_blanks_between_them() -> None:
    found = data("text,attachments\na,https://a.example/1.jpg https://a.example/2.jpg\n")
    assert [a["url"] for a in found["attachments"]] == [
        "https://a.example/1.jpg",
        "https://a.example/2.jpg",
    ]


def test_only_some_columns_are_used_but_none_that_protects_somebody_is_dropped() -> None:
    text = "id,channel,text,address,agency,anonymous,topic\n1,sms,a,Jl. X,Dinas Y,ya,t\n"
    [item] = items(text, only=["text", "address"])
    assert event(item)["id"] == "1"
    assert event(item)["source"] == "/channels/sms"
    assert event(item)["data"] == {"text": "a", "location": {"address": "Jl. X"}, "anonymous": True}


def test_columns_can_be_left_out() -> None:
    assert data("text,agency,topic\na,Dinas Y,t\n", ignore=["Agency", "topic"]) == {"text": "a"}


def test_an_option_that_names_no_column_is_an_error() -> None:
    with pytest.raises(BadFile, match="--only: no column adress; there are text, address"):
        items("text,address\na,b\n", only=["adress"])
    with pytest.raises(BadFile, match="--ignore: no column adress"):
        items("text,address\na,b\n", ignore=["adress"])


def test_a_file_without_a_text_column_is_refused_with_the_columns_it_has() -> None:
    with pytest.raises(BadFile, match="no column text; the first line has isi, alamat"):
        items("Isi,Alamat\na,b\n")


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(BadFile, match=r"two columns are reporter\.name"):
        items("text,name,reporter.name\na,b,c\n")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(raw: bytes) -> None:
    with pytest.raises(BadFile, match="empty"):
        items(raw)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_utf16_file_is_read_by_its_byte_order_mark(encoding: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    text = f"{mark}text;village\r\njalan \u201crusak\u201d;Rias\r\n"
    assert data(text.encode(encoding)) == {
        "text": "jalan \u201crusak\u201d",
        "location": {"village": "Rias"},
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_semicolon_or_a_tab_will_do(delimiter: str) -> None:
    assert data(
        f"\ufefftext{delimiter}district\r\na, b{delimiter}Toboali\r\n".replace("a, b", '"a, b"')
    ) == {"text": "a, b", "location": {"district": "Toboali"}}


def test_rows_are_told_by_the_line_they_begin_with() -> None:
    text = 'text,address\n"satu\ndua\ntiga",b\n\nempat,c\n'
    assert [(i.place.line, i.place.last) for i in items(text)] == [(2, 4), (6, 6)]
    assert [event(i)["data"]["text"] for i in items(text)] == ["satu\ndua\ntiga", "empat"]


def test_the_offsets_lead_to_the_end_of_the_file() -> None:
    raw = 'text,address\n"satu\ndua",b\nempat,é\n'.encode()
    assert [i.place.end for i in items(raw)] == [len('text,address\n"satu\ndua",b\n'), len(raw)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"  ,b", "no-text"),
        (b"a", "broken-csv"),
        (b"a,b,c", "broken-csv"),
        (b'"a"b,c', "broken-csv"),
        (b"caf\x81,b", "not-utf8"),
        (b"a" * (1 << 20) + b",b", "too-large"),
    ],
)
def test_a_bad_row_is_told_and_its_neighbours_go_on(row: bytes, reason: str) -> None:
    raw = b"text,address\ngood,1\n" + row + b"\nbetter,2\n"
    assert skipped(raw) == [(3, reason)]
    assert [event(i)["data"]["text"] for i in items(raw) if isinstance(i, Ready)] == [
        "good",
        "better",
    ]


def test_an_unclosed_quote_does_not_swallow_the_rest_of_a_large_file() -> None:
    long = "x" * 1_000
    rest = "".join(f"baris {n},{long}\n" for n in range(2_000))
    found = items(f'text,address\na,b\n"tak ditutup,b\n{rest}')
    assert [event(i)["data"]["text"] for i in found] == [
        "a",
        "tak ditutup",
        *(f"baris {n}" for n in range(2_000)),
    ]
    assert [i.place.line for i in found if isinstance(i, Ready) and i.warnings] == [3]


def test_a_quote_that_is_still_open_at_the_end_is_told() -> None:
    assert skipped('text\na\n"b\nc\n') == [(3, "broken-csv")]


def test_a_channel_is_made_a_code_where_it_can_be() -> None:
    found = items("text,channel\na,Walk-In\nb,WhatsApp\nc,\nd,???\n")
    keys = [i.message.routing_key for i in found if isinstance(i, Ready)]
    assert keys == ["walk-in", "whatsapp", "api"]
    assert [(i.place.line, i.reason) for i in found if isinstance(i, Skipped)] == [
        (5, "bad-channel")
    ]


def test_what_stands_before_the_line_to_begin_with_is_passed_over() -> None:
    text = "text\na\nb\nc\n"
    assert [event(i)["data"]["text"] for i in items(text, first=3)] == ["b", "c"]
    assert items(text, first=3) == items(text)[1:]
