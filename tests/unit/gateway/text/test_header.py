"""A first row is told as names of columns, unless it is somebody's complaint."""

import pytest

from gateway.text.header import names_told


def test_names_are_told() -> None:
    assert names_told(["Tracking ID", " Isi Laporan ", "tanggal 2026"]) == (
        "Tracking ID, Isi Laporan, tanggal 2026"
    )


@pytest.mark.parametrize(
    "row",
    [
        ["Lampu jalan mati di depan rumah saya sejak seminggu yang lalu, tolong segera", "Budi"],
        ["Budi", "0812345678"],
        ["Budi", "budi@example.com"],
        ['{"text": "sampah"', '"reporter": "Budi"}'],
    ],
)
def test_a_row_of_data_is_not_quoted(row: list[str]) -> None:
    assert "Budi" not in names_told(row)
    assert "is the first row the header?" in names_told(row)
