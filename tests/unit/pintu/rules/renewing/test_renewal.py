"""A candidate is learned without the newest rows, tried on them, and judged."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.loading import load_rules
from pintu.rules.learning.history import History, Row, read_history
from pintu.rules.renewing import choosing
from pintu.rules.renewing.installing import put_in_force
from pintu.rules.renewing.records import Doubts
from pintu.rules.renewing.renewal import Renewal, renew
from tests.support.histories import a_history, write_history

ON = date(2025, 1, 1)


def part(history: History, rows: list[Row]) -> History:
    return History(rows, timed=history.timed)


def learned(found: Renewal) -> Path:
    """What can be put in force."""
    assert found.candidate is not None
    return found.candidate / "learned"


def day(row: Row) -> date:
    assert row.reported_at is not None
    return row.reported_at.date()


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    """Four months, of which the newest has about 150 rows."""
    file = tmp_path_factory.mktemp("history") / "history.csv"
    return read_history(write_history(file, a_history(600, noise=0.02)))


@pytest.fixture(scope="module")
def in_force(tmp_path_factory, history) -> Path:
    """The first model, of the three months before, as it was chosen and put in force."""
    work = tmp_path_factory.mktemp("work")
    folder: Path = tmp_path_factory.mktemp("town") / "kota-bunga"
    found = renew(part(history, history.rows[:450]), folder, work, on=ON)
    assert (found.reason, found.old) == ("better", None)
    assert found.candidate == work / "candidate"
    assert not folder.exists()
    rules = put_in_force(learned(found), folder, "Kota Bunga")
    assert load_rules(folder).version == rules.version
    return folder


def test_what_is_no_better_does_not_replace_what_is_in_force(history, in_force, tmp_path):
    found = renew(history, in_force, tmp_path, on=ON)
    assert found.reason == "not-better"
    assert len(found.stretches.newest) <= 150
    assert found.trial is not None
    assert found.trial.old.routed_right > 100
    assert found.candidate == tmp_path / "trial"


def test_without_new_rows_nothing_is_learned(history, in_force, tmp_path):
    found = renew(part(history, history.rows[:480]), in_force, tmp_path / "work", on=ON)
    assert (found.reason, found.candidate) == ("too-few", None)
    assert not (tmp_path / "work").exists()


def test_a_new_service_is_learned_once_there_are_complaints_about_it(in_force, tmp_path):
    """The rules in force know neither the words nor the agency."""
    file = write_history(tmp_path / "history.csv", a_history(850, noise=0.02))
    rows = read_history(file).rows
    new = [
        replace(row, text="ular masuk rumah warga minta evakuasi", agency="Dinas Pemadam")
        if row.topic == "Sampah"
        else row
        for row in rows[450:]
    ]
    found = renew(History(rows[:450] + new, timed=True), in_force, tmp_path / "work", on=ON)
    assert found.reason == "better"
    assert found.trial is not None and found.tried is not None
    assert found.trial.gained > found.trial.lost
    assert "dinas-pemadam" in found.tried.agencies
    assert (learned(found) / "model.bin").exists()
    assert "dinas-pemadam" not in load_rules(in_force).agencies


def one_agency(rows: list[Row], start: int, end: int) -> list[Row]:
    wrong = [replace(row, agency="Dinas Sosial") for row in rows[start:end]]
    return [*rows[:start], *wrong, *rows[end:]]


def test_a_month_of_wrong_labels_is_noticed(history, in_force, tmp_path):
    found = renew(part(history, one_agency(history.rows, 452, 600)), in_force, tmp_path, on=ON)
    assert found.reason == "labels"
    assert found.departure > 0.5
    assert found.candidate == tmp_path / "candidate"


def test_days_that_were_doubted_are_left_out_until_their_labels_are_corrected(
    history, in_force, tmp_path
):
    rows = one_agency(history.rows, 300, 400)
    days = (day(rows[300]), day(rows[399]))
    found = renew(part(history, rows), in_force, tmp_path / "a", on=ON, doubts=Doubts([days]))
    assert 100 <= found.left_out <= 110
    corrected = renew(history, in_force, tmp_path / "b", on=ON, doubts=Doubts([days]))
    assert corrected.left_out == 0


def test_a_candidate_that_does_worse_on_the_month_before_is_kept_aside(
    history, tmp_path, monkeypatch
):
    monkeypatch.setattr(choosing, "worse", lambda _: True)
    found = renew(part(history, history.rows[:450]), tmp_path / "none", tmp_path / "work", on=ON)
    assert found.reason == "worse-before"
    assert found.candidate is not None


def test_the_precision_that_was_asked_before_is_asked_again(history, tmp_path):
    first = renew(
        part(history, history.rows[:300]),
        tmp_path / "town",
        tmp_path / "first",
        on=ON,
        precision=0.8,
    )
    put_in_force(learned(first), tmp_path / "town")
    again = renew(part(history, history.rows[:310]), tmp_path / "town", tmp_path / "again", on=ON)
    assert (first.asked, again.asked) == (0.8, 0.8)
