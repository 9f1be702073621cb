"""What else offices' files do: headers, separators, encodings, words for nothing, categories."""

import json

import pytest

from config.csv_file import BadFile
from pintu.cli.publish_options import choice_of
from pintu.publishing.columns import Choice
from pintu.publishing.opening import Format
from tests.unit.pintu.publishing.office_files import read

MAPPED = choice_of(only=None, ignore=None, mapped=["Isi Pesan=text", "Pelapor="], extra=None)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_and_any_end_of_line_will_do(mark: str, end: str) -> None:
    rows = [["id", "text", "village"], ["1", '"a, b; c | d"', "Rias"], ["2", "air", "Serdang"]]
    found = read(end.join(mark.join(row) for row in rows) + end)
    assert found.texts == ["a, b; c | d", "air"]
    assert [data["location"]["village"] for data in found.data] == ["Rias", "Serdang"]
    assert [item.place.line for item in found.items] == [2, 3]


def test_the_line_sep_of_a_spreadsheet_names_the_separator_and_is_no_header() -> None:
    assert read("\ufeffsep=;\r\ntext;village\r\na, b, c;Rias\r\n").data == [
        {"text": "a, b, c", "location": {"village": "Rias"}}
    ]


def test_lines_before_the_header_are_passed_over_whatever_separators_they_hold() -> None:
    before = "Rekapitulasi, Januari, 2026, Bangka Selatan\n\nDicetak oleh: admin, bidang, x\n"
    found = read(before + 'No;"Isi\nLaporan Awal";Kecamatan\n1;lampu mati;TOBOALI\n')
    assert found.data == [{"text": "lampu mati", "location": {"district": "TOBOALI"}}]
    assert found.items[0].place.line == 6


def test_windows_1252_is_guessed_line_by_line_and_told() -> None:
    raw = "id,text\n1,caf\u00e9\n".encode() + "2,\u201crusak\u201d\n".encode("cp1252")
    found = read(raw)
    assert found.texts == ["caf\u00e9", "\u201crusak\u201d"]
    assert found.warned == {3: ["not UTF-8; read as Windows-1252 (--encoding names another)"]}


def test_an_encoding_that_is_named_is_not_guessed() -> None:
    raw = "text\n\u0441\u0432\u0435\u0442\n".encode("cp1251")
    assert read(raw, encoding="cp1251").texts == ["\u0441\u0432\u0435\u0442"]
    assert read(b"text\ncaf\xe9\n", encoding="utf-8").skipped == [(2, "not-utf8")]


@pytest.mark.parametrize("word", ["NULL", "-", "N/A", "#N/A", "n/a", "", "  ", "(null)"])
def test_words_for_nothing_are_nothing(word: str) -> None:
    header = "id,text,name,village,category,occurred_at,latitude,longitude"
    found = read(f"{header}\n1,a" + 6 * f",{word}" + "\n")
    assert found.data == [{"text": "a"}] and not found.warned
    assert read(f"id,text\n1,{word}\n").skipped == [(2, "no-text")]


def test_ids_lose_the_decimals_of_a_spreadsheet() -> None:
    found = read("id,text\n9000001.0,a\nNULL,b\n9.000001E+11,c\n")
    assert found.ids[0] == "9000001"
    assert all(len(id) == 36 for id in found.ids[1:])
    assert found.warned == {4: ["id"]}


@pytest.mark.parametrize(
    ("cell", "category"),
    [
        ("01398", "1398"),
        ("1398.0", "1398"),
        ("lampu PENERANGAN jalan umum", "street-light"),
        ("Street-Light", "street-light"),
    ],
)
def test_a_category_is_an_id_or_the_name_of_a_topic(cell: str, category: str) -> None:
    found = read(f"text,category\na,{cell}\n")
    assert found.data == [{"text": "a", "category": category}] and not found.warned


def test_a_category_by_name_counts_where_its_id_is_not_known() -> None:
    found = read("text;ID Kategori;Kategori\na;999999;Lampu penerangan jalan umum\n")
    assert found.data[0]["category"] == "street-light"


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ("19.03.01.2005,", {"region": "19.03.01.2005"}),
        ("1903012005.0,", {"region": "19.03.01.2005"}),
        ('"RIAS, TOBOALI",', {"village": "RIAS", "district": "TOBOALI"}),
        ('"RIAS, TOBOALI",Toboali', {"village": "RIAS", "district": "Toboali"}),
        ('"RIAS, PAYUNG",Toboali', {"village": "RIAS, PAYUNG", "district": "Toboali"}),
    ],
)
def test_a_village_is_a_name_a_code_or_a_name_with_its_district(
    cells: str, place: dict[str, str]
) -> None:
    assert read(f"text,village,district\na,{cells}\n").data[0]["location"] == place


@pytest.mark.parametrize(
    ("cell", "anonymous", "confidential", "warned"),
    [
        ("Anonim", True, None, False),
        ("rahasia", None, True, False),
        ("Anonim/Rahasia", True, True, False),
        ("Anonim dan Rahasia", True, True, False),
        ("", None, None, False),
        ("-", None, None, False),
        ("Normal", None, None, False),
        ("#N/A", True, None, True),
        ("Rahasia?", True, None, True),
        ("Tidak Anonim", True, None, True),
    ],
)
def test_a_report_type_that_is_not_understood_protects_and_is_told(
    cell: str, anonymous: bool | None, confidential: bool | None, warned: bool
) -> None:
    found = read(f"Isi Laporan Awal;Tipe Laporan;Nama Pelapor\na;{cell};Sari\n")
    [data] = found.data
    assert (data.get("anonymous"), data.get("confidential")) == (anonymous, confidential)
    assert bool(found.warned) is warned


def test_nothing_makes_the_type_of_a_report_go_away() -> None:
    text = "Isi Laporan Awal;Tipe Laporan\na;Anonim\n"
    assert read(text, choice=Choice(only=["text"])).data[0]["anonymous"] is True
    with pytest.raises(BadFile, match="tipe_laporan cannot be left out"):
        read(text, choice=Choice(ignore=["Tipe Laporan"]))
    with pytest.raises(BadFile, match="tipe_laporan cannot be left out"):
        read(text, choice=Choice(mapped={"tipe_laporan": ()}))


def test_a_name_never_goes_along_with_an_anonymous_row() -> None:
    rows = "text,Tipe Laporan,Nama Ibu\na,Anonim,Sari\nb,,Sari\n"
    found = read(rows, choice=Choice(extra=["*"]))
    assert [data.get("extra") for data in found.data] == [None, {"nama_ibu": "Sari"}]
    line = json.dumps({"text": "a", "anonymous": True, "nama": "Sari"})
    assert "Sari" not in str(read(line, Format.JSONL, choice=Choice(extra=["nama"])).data)


def test_a_column_is_what_somebody_says_it_is() -> None:
    found = read("Isi Pesan,Pelapor,Status\na,Sari,x\n", choice=MAPPED)
    assert found.data == [{"text": "a"}]
    assert found.said[0].startswith("left out: Status (")
    with pytest.raises(BadFile, match="--map: no column isi_pesan, pelapor"):
        read("text\na\n", choice=MAPPED)


def test_what_route_decided_is_not_taken_for_the_reporters_choice() -> None:
    found = read("text,agency,confidence,auto\na,dlh,0.9,true\n")
    assert found.data == [{"text": "a"}]
    assert "left out: agency, confidence, auto, which `pintu route --file` added" in found.said
    # One's own column of that name stays the reporter's.
    picked = read("text,agency,agency,confidence,auto\na,dishub,dlh,0.9,true\n")
    assert picked.data == [{"text": "a", "agency": "dishub"}]
    assert read("text,agency\na,dlh\n").data == [{"text": "a", "agency": "dlh"}]
    # And it is the same complaint as before it was routed.
    assert found.ids == read("text\na\n").ids


def test_ids_do_not_hang_on_lines_names_or_what_an_office_adds() -> None:
    before = read("No,text,village,Status\n1,a,Rias,baru\n2,a,Rias,baru\n3,b,Rias,baru\n")
    after = read("No,text,village,Status\n1,b,Rias,selesai\n2,a,Rias,baru\n3,a,Rias,selesai\n")
    assert sorted(before.ids) == sorted(after.ids)
    assert len(set(before.ids)) == 3
    assert read("text\na\nb\n", batch="monday").ids != read("text\na\nb\n").ids


def test_rows_before_the_first_line_count_for_the_ids_of_those_after_it() -> None:
    text = "text\na\na\na\n"
    assert read(text, first=3).ids == read(text).ids[1:]


def test_a_channel_that_is_asked_for_goes_before_the_door_that_a_file_names() -> None:
    text = "Isi Laporan Awal;Sumber Laporan\na;Website\nb;Tatap Muka\nc;???\n"
    assert [i.message.routing_key for i in read(text).ready] == ["web", "walk-in", "api"]
    asked = read(text, channel="lapor", asked=True)
    assert {i.message.routing_key for i in asked.ready} == {"lapor"}


@pytest.mark.parametrize(
    ("head", "says"),
    [(b"PK\x03\x04", "--format xlsx"), (b"\xd0\xcf\x11\xe0", "as .xlsx, or as CSV")],
)
def test_a_workbook_that_is_called_csv_is_told_as_what_it_is(head: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        read(head + b"text\n")


def test_columns_without_a_name_at_the_end_may_be_missing_in_a_row() -> None:
    found = read("text;village;;\na;Rias;;\nb;Serdang\nc;Rias;;;;\n")
    assert found.texts == ["a", "b", "c"] and not found.skipped


def test_a_row_of_the_sum_at_the_end_is_told_and_not_published() -> None:
    assert read("id;text\n1;a\nTotal;\n").skipped == [(3, "no-text")]
