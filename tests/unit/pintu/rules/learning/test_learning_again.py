"""Learning into a folder that was learned into before, beside another that learns, and after one
that was killed: the offices keep their codes, and the folder is whole."""

import csv
import fcntl
import os
from pathlib import Path

from config.loading import load_rules
from tests.support.histories import Complaint, a_history, write_history
from tests.unit.pintu.rules.learning.conftest import learn
from tests.unit.pintu.rules.learning.test_learning import files_of


def test_an_office_whose_name_no_later_complaint_bears_keeps_its_code(tmp_path):
    """The agency is spelled otherwise than the place; later only the place is named."""
    config = tmp_path / "kota"
    rows = a_history(300)
    spelled = [respelled(row, "Seruni", "Kelurahan Se Runi") for row in rows]
    assert learn(write_history(tmp_path / "a.csv", spelled), config).exit_code == 0
    before = offices(config)
    assert before["Cempaka", "Seruni"] == "kelurahan-se-runi"
    without = [row for row in rows if row.agency != "Kelurahan Seruni"]
    assert learn(write_history(tmp_path / "b.csv", without), config).exit_code == 0
    assert offices(config) == before


def test_an_office_that_no_earlier_complaint_named_keeps_its_code(tmp_path):
    config = tmp_path / "kota"
    rows = a_history(300)
    without = [row for row in rows if row.agency != "Kelurahan Seruni"]
    assert learn(write_history(tmp_path / "a.csv", without), config).exit_code == 0
    before = offices(config)
    assert before["Cempaka", "Seruni"] == "kelurahan-seruni"
    spelled = [respelled(row, "Seruni", "Kelurahan Se Runi") for row in rows]
    assert learn(write_history(tmp_path / "b.csv", spelled), config).exit_code == 0
    assert offices(config) == before
    assert load_rules(config).agency_index["kelurahanseruni"] == "kelurahan-seruni"


def test_a_village_of_the_same_name_takes_no_code_from_the_first(tmp_path):
    config = tmp_path / "kota"
    rows = [row for row in a_history(300) if row.agency != "Kelurahan Seruni"]
    assert learn(write_history(tmp_path / "a.csv", rows), config).exit_code == 0
    namesake = [
        Complaint("got mampet banjir", "", "Anyelir", "Seruni", "", "Dinas Air", row.reported_at)
        for row in rows[-20:]
    ]
    assert learn(write_history(tmp_path / "b.csv", rows + namesake), config).exit_code == 0
    assert offices(config)["Cempaka", "Seruni"] == "kelurahan-seruni"
    assert offices(config)["Anyelir", "Seruni"] == "kelurahan-seruni-2"


def test_two_do_not_learn_into_one_folder_at_a_time(learned, history):
    before = files_of(learned)
    other = os.open(learned, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        result = learn(history, learned)
    finally:
        os.close(other)
    assert result.exit_code == 2
    assert "another `pintu rules learn` works on it" in result.output
    assert files_of(learned) == before
    assert learn(history, learned).exit_code == 0


def test_what_was_put_aside_when_the_exchange_was_killed_counts_as_learned_before(learned, history):
    before = offices(learned)
    put_aside(learned)
    file = learned / ".learned-before" / "places.csv"
    file.write_text(file.read_text("utf-8").replace("kelurahan-seruni", "kel-seruni"), "utf-8")
    rows = [row for row in a_history(300) if row.agency != "Kelurahan Seruni"]
    assert learn(write_history(history.parent / "later.csv", rows), learned).exit_code == 0
    assert offices(learned) == {**before, ("Cempaka", "Seruni"): "kel-seruni"}
    assert not [p for p in learned.iterdir() if p.name.startswith(".")]


def test_a_failure_after_that_leaves_what_was_put_aside_in_its_place(learned, tmp_path):
    before = files_of(learned)
    put_aside(learned)
    short = write_history(tmp_path / "short.csv", [a_history(1)[0]] * 60)
    assert learn(short, learned).exit_code == 2
    assert files_of(learned) == before


def put_aside(folder: Path) -> None:
    """As a kill between the two renames leaves it."""
    os.rename(folder / "learned", folder / ".learned-before")


def respelled(row: Complaint, village: str, office: str) -> Complaint:
    if row.agency != f"Kelurahan {village}":
        return row
    return Complaint(
        row.text, row.address, row.district, row.village, row.topic, office, row.reported_at
    )


def offices(folder: Path) -> dict[tuple[str, str], str]:
    """District and village → code of the office."""
    with (folder / "learned" / "places.csv").open(encoding="utf-8", newline="") as file:
        places = {row["code"]: row for row in csv.DictReader(file)}
    return {
        (places[p["parent"]]["name"] if p["parent"] in places else "", p["name"]): p["office"]
        for p in places.values()
    }


def test_a_model_is_for_its_owner_alone_until_somebody_allows_more(learned, learned_once, history):
    assert (learned_once / "learned" / "model.bin").stat().st_mode & 0o777 == 0o600
    (learned / "learned" / "model.bin").chmod(0o640)
    assert learn(history, learned).exit_code == 0
    assert (learned / "learned" / "model.bin").stat().st_mode & 0o777 == 0o640
