"""Each file is published as a person would read it, or a warning says what was not understood."""

from pathlib import Path

from tests.unit.pintu.publishing.office_files import FILES, read

LAMP = "lampu jalan mati di desa Rias"
MORNING = "2025-01-02T10:15:00+07:00"


def test_every_file_of_the_folder_has_a_test() -> None:
    here = Path(__file__).read_text("utf-8")
    assert [file.name for file in FILES.iterdir() if f'"{file.name}"' not in here] == []


def test_dates_are_read_as_people_and_spreadsheets_write_them() -> None:
    found = read(FILES / "05_dates.csv")
    moments = [
        MORNING,
        "2025-01-02T10:14:53+07:00",
        "2025-01-02T00:00:00+07:00",
        MORNING,
        "2025-01-02T10:15:00+00:00",
        MORNING,
        "2025-01-02T00:00:00+07:00",
        MORNING,
        "2025-01-02T00:00:00+07:00",
        None,
    ]
    assert [data.get("occurred_at") for data in found.data] == moments
    assert [event.get("time") for event in found.events] == moments
    assert found.warned == {11: ["occurred_at", "time"]}


def test_a_number_without_its_digits_is_left_out_and_one_without_its_zero_gets_it() -> None:
    found = read(FILES / "06_phone.csv")
    assert [data["reporter"] for data in found.data] == [
        {"name": "Sari"},
        {"name": "Sari", "phone": "08123456789", "national_id": "1903014101900001"},
        {"name": "Sari", "phone": "081234567890", "national_id": "1903014101900001"},
        {"name": "Sari", "phone": "081234567890", "national_id": "x"},
    ]
    assert found.warned == {2: ["reporter.phone", "reporter.national_id"]}


def test_coordinates_are_taken_whole_or_not_at_all() -> None:
    found = read(FILES / "08_coord.csv")
    here = {"latitude": -2.98, "longitude": 106.45}
    assert [data.get("location") for data in found.data] == [here, here, here, None, None, None]
    assert found.warned == {line: ["location.latitude"] for line in (2, 5, 6, 7)}


def test_an_export_of_lapor_is_read_as_it_is() -> None:
    found = read(FILES / "20_lapor_export.csv")
    anonymous, confidential, both = found.data
    assert found.ids == ["9000001", "9000002", "9000003"]
    assert [event["time"] for event in found.events] == [
        "2026-01-03T08:15:00+07:00",
        "2026-05-04T23:59:00+07:00",
        "2026-08-05T10:00:00+07:00",
    ]
    assert anonymous == {
        "title": "Lampu mati",
        "text": "lampu jalan mati di depan rumah saya hub 0812-0000-1111",
        "classification": "complaint",
        "category": "1398",
        "location": {"district": "TOBOALI", "village": "RIAS"},
        "reporter": {"name": "SARI INVENTED"},
        "external_id": "9000001",
        "anonymous": True,
    }
    assert (confidential["classification"], confidential["confidential"]) == (
        "information_request",
        True,
    )
    assert "anonymous" not in confidential
    assert (both["anonymous"], both["confidential"]) == (True, True)
    assert [item.message.routing_key for item in found.ready] == ["web", "sms", "mobile"]
    [line] = found.said
    assert line.startswith("left out: Instansi Induk, ID Instansi Terdisposisi, Instansi Ter")
    # Nobody's choice: it is what an office decided.
    assert not any("agency" in data or "extra" in data for data in found.data)


def test_an_array_of_open311_is_read_item_by_item() -> None:
    found = read(FILES / "21_open311.json")
    [event] = found.events
    assert (event["id"], event["time"]) == ("638344", "2025-04-14T06:37:38+07:00")
    assert event["data"] == {
        "text": LAMP,
        "external_id": "638344",
        "category": "021",
        "location": {"latitude": -2.98, "longitude": 106.45, "address": "desa Rias"},
    }
    assert found.skipped == [(2, "no-text")]
    assert found.warned == {1: ["category"]}


def test_a_cumulative_export_brings_only_what_is_new() -> None:
    first, second = read(FILES / "84_export_day1.csv"), read(FILES / "84_export.csv")
    assert len(first.ids) == 3
    said = dict(zip(second.ids, second.texts, strict=True))
    assert [text[-1] for id, text in said.items() if id not in first.ids] == ["D"]
    assert set(first.ids) < set(second.ids)


def test_json_lines_say_the_same_as_a_table_does() -> None:
    found = read(FILES / "86_nan.jsonl")
    data = dict(zip(found.ids, found.data, strict=True))
    moments = {id: said["occurred_at"] for id, said in data.items() if "occurred_at" in said}
    assert moments == {
        "J5": MORNING,
        "J6": "2025-01-02T09:36:00+07:00",
        "J9": "2025-01-02T10:00:00+07:00",
        "J14": MORNING,
        "J15": "2025-01-02T00:00:00+07:00",
    }
    assert data["J4"] == {"text": "lampu jalan mati"}
    assert data["J7"]["location"] == {"latitude": -2.98, "longitude": 106.4}
    assert data["J8"]["reporter"] == {"phone": "081234567890", "national_id": "1903014101900001"}
    assert data["J10"]["location"] == {"address": "desa Rias"}
    assert data["J13"]["attachments"] == [{"url": "http://x/a.jpg"}]
    assert data["J17"]["location"] == {"latitude": -2.9, "longitude": 106.4, "village": "Rias"}
    assert found.skipped == [(8, "no-text")]
    assert found.warned == {1: ["location.latitude"], 9: ["anonymous"], 13: ["text"]}


def test_a_quotation_mark_that_nobody_closed_swallows_nothing() -> None:
    found = read(FILES / "87_swallow.csv")
    assert found.ids == [f"V{number}" for number in range(1, 42)]
    assert found.texts[0] == "lampu jalan mati kata warga"
    assert found.texts[1:39] == [f"air PDAM mati nomor {number}" for number in range(2, 40)]
    assert found.texts[39:] == ['pipa bocor 4"', "air PDAM mati"]
    assert [data["location"]["village"] for data in found.data] == ["Rias"] + 40 * ["Serdang"]
    assert found.warned == {2: ["a quotation mark that nobody closes; read as a row of its own"]}
    assert found.skipped == []


def test_anonymous_rows_go_to_the_router_as_they_are_which_masks_them() -> None:
    found = read(FILES / "88_privacy.csv")
    assert all(data["anonymous"] is True for data in found.data)
    assert found.texts[3].endswith("kantor buka jam 08.00-16.00")
    assert not found.skipped and not found.warned


def test_an_export_of_fixmystreet_keeps_who_is_anonymous_anonymous() -> None:
    found = read(FILES / "91_fms.csv")
    [event] = found.events
    assert (event["id"], event["time"]) == ("4711", "2024-05-01T10:11:12+07:00")
    data = event["data"]
    assert data["anonymous"] is True and "extra" not in data
    assert data["location"] == {"latitude": -2.9, "longitude": 106.4}
    assert "Status, Query, Ward" in found.said[0]
