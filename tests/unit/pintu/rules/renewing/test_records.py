"""The log of learnings: what is in force, what was before, which labels are doubted."""

import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broker.errors import BadConfiguration
from pintu.rules.learning.writing import Busy
from pintu.rules.renewing.kept import Learnings, model_in
from pintu.rules.renewing.records import (
    Record,
    before_of,
    doubts_of,
    last_learned,
    read_records,
)

NOW = datetime(2026, 5, 1, 3, tzinfo=UTC)
APRIL = {"newest_from": date(2026, 4, 1), "newest_to": date(2026, 4, 30)}


def a_record(**fields: object) -> Record:
    return Record.model_validate({"at": NOW, "what": "installed", "id": "a", **fields})


def test_a_line_that_was_cut_off_is_passed_over() -> None:
    line = a_record().model_dump_json()
    assert read_records([line, line[:30], "", "{}", line]) == [a_record(), a_record()]


def test_a_failure_is_no_learning() -> None:
    records = [a_record(), a_record(what="failed", id="")]
    assert last_learned(records) == records[0]
    assert last_learned(records[1:]) is None


def test_before_is_what_it_took_the_place_of_the_last_time() -> None:
    records = [
        a_record(id="a", before=""),
        a_record(id="b", before="a"),
        a_record(what="kept", id="c", before="b"),
        a_record(what="back", id="a", before="b"),
    ]
    assert before_of(records, "b") == "a"
    assert before_of(records, "a") == "b"
    assert before_of(records, "c") is None


def test_days_of_doubtful_labels_are_doubted_until_a_person_puts_that_learning_in_force() -> None:
    doubted = a_record(what="kept", reason="labels", **APRIL)
    found = doubts_of([doubted])
    assert found.days == [(date(2026, 4, 1), date(2026, 4, 30))]
    assert found.confirmed_from is None
    found = doubts_of([doubted, a_record(what="back")])
    assert found.days == []
    assert found.confirmed_from == date(2026, 4, 1)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Something stands there as learned; what it says does not matter here."""
    put(tmp_path / "town", "11111111aaaa")
    return tmp_path / "town"


def put(folder: Path, digest: str) -> Path:
    shutil.rmtree(folder / "learned", ignore_errors=True)
    (folder / "learned").mkdir(parents=True)
    (folder / "learned" / "model.bin").write_text(f"pintu-model 2 {digest}\n")
    return folder / "learned"


def test_what_nobody_recorded_is_kept_before_anything_takes_its_place(town: Path) -> None:
    here = Learnings(town)
    assert here.in_force() is None
    with here.alone():
        id = here.keep_what_is_in_force(NOW)
    assert here.in_force() == id
    assert [(r.what, r.model) for r in here.records()] == [("found", "11111111")]


@pytest.mark.parametrize(
    ("exchanged", "told"), [(True, ("installed", "better")), (False, ("kept", "interrupted"))]
)
def test_a_kill_before_the_log_was_written_is_made_good_by_the_next(
    town: Path, tmp_path: Path, exchanged: bool, told: tuple[str, str]
) -> None:
    """Between the folder of the learning and its line in the log anything may have happened."""
    here, candidate = Learnings(town), put(tmp_path / "candidate", "22222222bbbb")
    with here.alone():
        here.keep(a_record(id="2026", reason="better", model="22222222"), candidate, {})
    if exchanged:
        put(town, "22222222bbbb")
    with here.alone():
        pass
    assert [(r.what, r.reason) for r in here.records()] == [told]
    with here.alone():
        pass
    assert len(here.records()) == 1


def test_one_at_a_time(town: Path) -> None:
    with Learnings(town).alone(), pytest.raises(Busy), Learnings(town).alone():
        pass


def test_the_oldest_are_forgotten_but_for_what_is_in_force(town: Path, tmp_path: Path) -> None:
    here = Learnings(town)
    with here.alone():
        first = here.keep_what_is_in_force(NOW)
        for month in range(20):
            at = NOW + timedelta(days=30 * month)
            learned = put(tmp_path / "candidate", f"3333{month:04}")
            here.keep(a_record(at=at, what="kept", id=here.new_id(at)), learned, {})
        here.prune()
    kept = here.kept()
    assert kept[0] == first
    assert len(kept) == 13
    assert len([name for name in os.listdir(here.place) if name[0] != "."]) == 14  # and the log


def test_ids_are_no_way_out_of_the_folder(town: Path) -> None:
    here = Learnings(town)
    with here.alone():
        here.keep_what_is_in_force(NOW)
    assert here.learned("../") is None
    assert here.learned("..") is None
    assert here.learned("") is None
    assert model_in(town / "none") == ""


def test_two_learnings_of_one_second_have_names_of_their_own(town: Path) -> None:
    here = Learnings(town)
    with here.alone():
        one = here.keep_what_is_in_force(NOW)
        assert here.new_id(NOW) not in {one, ""}


def test_a_log_that_cannot_be_read_is_refused(town: Path) -> None:
    (town / ".learnings" / "log.jsonl").mkdir(parents=True)
    with pytest.raises(BadConfiguration, match="must be writable"):
        Learnings(town).records()


def test_a_line_holds_whatever_an_error_says(town: Path) -> None:
    said = a_record(what="failed", id="", detail="Dinas\u2028Aneh\x85: tidak ada \x1c")
    Learnings(town).log(said)
    assert Learnings(town).records() == [said]


def test_a_learning_whose_record_is_broken_stops_nobody(town: Path, tmp_path: Path) -> None:
    here, candidate = Learnings(town), put(tmp_path / "candidate", "22222222bbbb")
    with here.alone():
        here.keep(a_record(id="2026", reason="better", model="22222222"), candidate, {})
    (town / ".learnings" / "2026" / "learning.json").write_bytes(b'{"at": "\xff')
    with here.alone():
        assert here.records() == []
