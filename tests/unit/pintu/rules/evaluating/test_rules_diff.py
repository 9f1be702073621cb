"""`pintu rules diff`: what would go elsewhere, and whether that is better."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gateway.desk.kept_diff import kept
from pintu.cli.main import app

TOWN = Path(__file__).parents[4] / "acceptance" / "town"
HISTORY = """text,agency
sampah menumpuk,Dinas Perhubungan
sampah tidak diangkut 081234567890,dlh
jalan rusak parah,dpupr
pungli di kantor,dlh
limbah di kali,dlh
halo,
"""


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The town's rules, edited: waste goes to dishub, bribes to the desk, limbah is known."""
    folder = Path(shutil.copytree(TOWN, tmp_path / "new"))
    topics = folder / "topics" / "all.toml"
    text = topics.read_text().replace('agency = "dlh"', 'agency = "dishub"')
    text = text.replace('agency = "inspektorat"', 'agency = "@triage"')
    text = text.replace('supporting = ["pln"]', "supporting = []")
    text += '\n[[topic]]\nid = "spill"\nname = "Limbah"\nagency = "dlh"\nstrong = ["limbah"]\n'
    topics.write_text(text)
    rules = folder / "rules.toml"
    rules.write_text(rules.read_text().replace('version = "1"', 'version = "2"'))
    return folder


def diff(tmp_path: Path, old: object, new: object, *options: str, on: str = HISTORY) -> Result:
    history = tmp_path / "history.csv"
    history.write_text(on)
    command = ["rules", "diff", str(old), str(new), "--on", str(history), *options]
    return CliRunner().invoke(app, command)


def compared(tmp_path: Path, new: Path, on: str = HISTORY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(diff(tmp_path, TOWN, new, "--json", on=on).stdout)
    return found


def test_what_goes_elsewhere_is_counted_by_agency_and_by_what_gets_better(
    tmp_path: Path, new: Path
) -> None:
    found = compared(tmp_path, new)
    assert (found["old"], found["new"], found["rows"], found["moved"]) == ("1", "2", 6, 4)
    moves = {
        (move["from"], move["to"]): (move["rows"], move["better"], move["worse"])
        for move in found["moves"]
    }
    assert moves == {
        ("dlh", "dishub"): (2, 1, 1),
        ("inspektorat", None): (1, 0, 0),
        (None, "dlh"): (1, 1, 0),
    }
    assert (found["to_triage"], found["from_triage"]) == (1, 1)
    assert found["before"] == {"routed": 4, "right": 2, "wrong": 2}
    assert found["after"] == {"routed": 4, "right": 3, "wrong": 1}


def test_what_each_agency_loses_and_gains_adds_up(tmp_path: Path, new: Path) -> None:
    found = {
        each["agency"]: (each["before"], each["loses"], each["gains"], each["after"])
        for each in compared(tmp_path, new)["agencies"]
    }
    assert found["dlh"] == (2, 2, 1, 1)
    assert found["inspektorat"] == (1, 1, 0, 0)
    assert all(now - loses + gains == then for now, loses, gains, then in found.values())
    lines = [line.split() for line in diff(tmp_path, TOWN, new).stdout.splitlines()]
    assert ["Dinas", "Lingkungan", "Hidup", "2", "2", "1", "1", "-1"] in lines


def test_examples_say_why_under_either_rules_and_are_masked(tmp_path: Path, new: Path) -> None:
    (move,) = [m for m in compared(tmp_path, new)["moves"] if m["to"] == "dishub"]
    first, second = move["examples"]
    assert first["row"] == 2
    assert "Dinas Lingkungan Hidup" in first["because_old"]
    assert "Dinas Perhubungan" in first["because_new"]
    assert second["text"] == "sampah tidak diangkut [telepon]"


def test_only_text_is_needed(tmp_path: Path, new: Path) -> None:
    found = compared(tmp_path, new, on="text\nsampah menumpuk\nlampu jalan mati\n\n")
    assert (found["moved"], found["known"], found["supporting_changed"]) == (1, 0, 1)
    words = diff(tmp_path, TOWN, new, on="text\nsampah menumpuk\n").stdout
    assert "better" not in words


def test_what_is_confidential_is_no_example(tmp_path: Path, new: Path) -> None:
    found = compared(tmp_path, new, on="text,confidential\nsampah rahasia,true\n")
    assert (found["moved"], found["moves"][0]["examples"]) == (1, [])


def test_the_report_says_it_in_words(tmp_path: Path, new: Path) -> None:
    result = diff(tmp_path, TOWN, new)
    assert result.exit_code == 0
    lines = [re.sub(r"\s+", " ", line).strip() for line in result.stdout.splitlines()]
    assert "would go elsewhere 4 66.7 %" in lines
    assert "2 Dinas Lingkungan Hidup Dinas Perhubungan 1 1" in lines
    assert "2 get better, 1 get worse" in lines
    assert "routed to it 40.0 % 60.0 %" in lines


def test_the_same_rules_change_nothing(tmp_path: Path) -> None:
    result = diff(tmp_path, TOWN, TOWN, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["moves"] == []


def test_the_shipped_configuration_has_a_name(tmp_path: Path) -> None:
    result = diff(tmp_path, "shipped", TOWN, "--json", on="text\nsampah menumpuk\n")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["old"] != "1"


def test_a_file_that_cannot_be_read_is_told_with_its_row(tmp_path: Path) -> None:
    result = diff(tmp_path, TOWN, TOWN, on="text,a\nx,y\nz\n")
    assert result.exit_code == 2
    assert "row 3 (line 3) has 1 columns, the header 2" in result.stderr
    assert diff(tmp_path, TOWN, TOWN, on="text\n").exit_code == 1


def test_a_comparison_is_kept_for_the_page_of_the_rules_without_any_text(
    tmp_path: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("PINTU_STATE_DIR", str(state))
    done = diff(tmp_path, TOWN, new, "--keep")
    assert done.exit_code == 0, done.output
    found = kept(state)
    assert found is not None
    assert (found.old, found.new, found.source, found.moved) == ("1", "2", "history.csv", 4)
    assert found.moves[0].left == "Dinas Lingkungan Hidup"
    assert {move.got for move in found.moves} >= {None}
    assert sum(move.rows for move in found.moves) == 4
    written = (state / "rules-diff.json").read_text()
    for word in ("sampah", "pungli", "limbah", "Limbah"):
        assert word not in written
    assert diff(tmp_path, TOWN, new, "--keep", on="text\n").exit_code == 1
    assert kept(state) == found


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PINTU_STATE_DIR", str(tmp_path / "file" / "state"))
    done = diff(tmp_path, TOWN, new, "--keep")
    assert done.exit_code == 2
    assert str(tmp_path / "file") in done.stderr
