"""`pintu route --file` decides a row as the router decides the same row published."""

import csv
from pathlib import Path

from typer.testing import CliRunner

from pintu.cli.main import app


def routed(tmp_path: Path, **columns: str) -> dict[str, str]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([columns.keys(), columns.values()])
    result = CliRunner().invoke(app, ["route", "--file", str(source), "--out", str(target)])
    assert result.exit_code == 0, result.output
    with target.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    return row


def test_the_title_counts(tmp_path):
    row = routed(tmp_path, title="Lampu jalan padam", text="mohon segera diperbaiki, terima kasih")
    assert (row["agency"], row["auto"]) == ("dishub", "true")


def test_the_code_of_the_place_counts(tmp_path):
    row = routed(
        tmp_path,
        text="kantor desa selalu tutup, minta surat pengantar tidak ada petugas",
        region="19.03.01.2008",
    )
    assert (row["agency"], row["auto"]) == ("desa-rias", "true")


def test_an_agency_that_stands_in_the_file_does_not_count(tmp_path):
    row = routed(tmp_path, agency="dinkes", text="lampu jalan padam sudah seminggu")
    assert row["agency"] == "dishub"
