"""`pintu contract export`: the folder appears whole or not at all, and nothing is replaced."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pintu.cli.main import app
from pintu.contract import ExportRefused, export_contract
from tests.support.regions import SMALL_REGION
from tests.unit.pintu.contract.contract import files, of_schema, parsed

FEW = {"index.html": "page", "schemas/events/a.json": "{}", "README.md": "é"}
AS_ROOT = os.geteuid() == 0


def what_is_in(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_a_new_folder_has_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "contract"
    export_contract(folder, FEW)
    assert what_is_in(folder) == FEW
    assert [one.name for one in folder.parent.iterdir()] == ["contract"]


def test_an_empty_folder_is_filled_and_stays_the_same_folder(tmp_path: Path) -> None:
    before = tmp_path.stat().st_ino
    export_contract(tmp_path, FEW)
    assert what_is_in(tmp_path) == FEW
    assert tmp_path.stat().st_ino == before


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportRefused, match="is not empty") as refused:
        export_contract(tmp_path, FEW)
    assert "mine.txt" in str(refused.value)
    assert "Name a folder" in str(refused.value)
    assert what_is_in(tmp_path) == {"mine.txt": "mine"}


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("mine")
    link.symlink_to(tmp_path / "nowhere")
    for place in (file, link):
        with pytest.raises(ExportRefused, match="name another"):
            export_contract(place, FEW)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("there", [True, False], ids=["empty", "new"])
def test_where_it_cannot_be_written_to_the_end_nothing_is_left(
    tmp_path: Path, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "contract"
    if there:
        folder.mkdir()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pintu.contract.export.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        export_contract(folder, FEW)
    assert [one.name for one in tmp_path.rglob("*")] == (["contract"] if there else [])


def test_the_command_says_what_it_wrote_and_refuses_a_second_time(tmp_path: Path) -> None:
    folder = tmp_path / "contract"
    words = ["contract", "export", str(folder), "--config", str(SMALL_REGION)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{len(what_is_in(folder))} files in ")
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 2
    assert again.stderr.startswith(f"error: {folder} is not empty")


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    refused = CliRunner().invoke(app, ["contract", "export", str(tmp_path / "contract")])
    assert refused.exit_code == 2
    assert "Permission denied. Name a folder that you may write to" in refused.stderr


def test_a_place_where_no_folder_can_be_is_told(tmp_path: Path) -> None:
    for place in ("/proc/contract", str(tmp_path / ("x" * 300))):
        refused = CliRunner().invoke(app, ["contract", "export", place])
        assert refused.exit_code == 2
        assert refused.stderr.startswith("error: ")
        assert "Name a folder that you may write to" in refused.stderr


@pytest.mark.parametrize("name", ["agencies", "topics", "regions", "channels"])
def test_a_directory_fits_its_schema(name: str) -> None:
    schema = parsed(f"schemas/directories/{name}.json")
    assert list(of_schema(schema).iter_errors(parsed(f"directories/{name}.json"))) == []


def test_an_agency_has_its_names_dates_and_successor() -> None:
    agencies = {one["code"]: one for one in parsed("directories/agencies.json")["agencies"]}
    assert agencies["dishub"]["name"] == "Dinas Perhubungan"
    assert agencies["dishub"]["queue"] == "agency.dishub"
    assert {"aliases", "valid_from", "valid_until", "successor"} <= agencies["dishub"].keys()
    assert "desa-serdang" in agencies


def test_places_come_after_what_they_lie_in() -> None:
    seen: set[str] = set()
    for one in parsed("directories/regions.json")["regions"]:
        assert one["parent"] is None or one["parent"] in seen
        seen.add(one["code"])


def test_the_readme_names_every_file_or_its_folder() -> None:
    for name in files().keys() - {"README.md"}:
        folder = name.rsplit("/", 1)[0] + "/"
        assert f"`{name}`" in files()["README.md"] or f"`{folder}`" in files()["README.md"]


def test_nothing_of_the_phrases_or_remarks_of_the_rules_goes_out() -> None:
    told = json.dumps([parsed(f"directories/{name}.json") for name in ("agencies", "topics")])
    assert "phrases" not in told
    assert '"note"' not in told
