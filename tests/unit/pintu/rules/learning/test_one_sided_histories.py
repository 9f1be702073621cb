"""Histories in which something is always the same, and what the summary says of them."""

from dataclasses import replace

import pytest

from config.loading import load_rules
from tests.support.histories import a_history, write_history
from tests.unit.pintu.rules.learning.conftest import learn


def test_one_topic_for_everything_is_learned_from(tmp_path):
    rows = [replace(row, topic="Pengaduan") for row in a_history(300)]
    result = learn(write_history(tmp_path / "h.csv", rows), tmp_path / "config")
    assert result.exit_code == 0, result.output
    model = load_rules(tmp_path / "config").model
    assert model is not None
    assert model.validation["accuracy"] > 0.8  # the topic tells nothing, the words do


def test_an_agency_that_all_the_earlier_complaints_went_to_is_learned_from(tmp_path):
    early, late = a_history(200)[:150], a_history(200)[150:]
    rows = [replace(row, agency="Sekretariat Daerah", topic="") for row in early] + late
    result = learn(write_history(tmp_path / "h.csv", rows), tmp_path / "config")
    assert result.exit_code == 0, result.output
    assert "sekretariat-daerah" in load_rules(tmp_path / "config").agencies


@pytest.mark.filterwarnings("error")
def test_agencies_with_one_complaint_each_give_no_warning_of_a_library(tmp_path):
    rows = [
        replace(row, agency=f"Kantor {number}", topic="")
        for number, row in enumerate(a_history(60, noise=0))
    ]
    result = learn(write_history(tmp_path / "h.csv", rows), tmp_path / "config")
    assert result.exit_code == 0, result.output
    assert "everything goes to a person" in result.output


@pytest.mark.parametrize("every", [1, 40], ids=["all", "some"])
def test_moments_that_cannot_be_read_are_told_with_their_lines(tmp_path, every):
    rows = [
        replace(row, reported_at=row.reported_at if number % every else "17/08/2024 10:00")
        for number, row in enumerate(a_history(200))
    ]
    result = learn(write_history(tmp_path / "h.csv", rows), tmp_path / "config")
    assert result.exit_code == 0, result.output
    told = next(line for line in result.output.splitlines() if "reported_at" in line)
    assert told.startswith("warning: ")
    assert "line 2, " in told and "ISO 8601" in told
    assert "left out" not in result.output
    assert "drawn evenly" in result.output


def test_a_history_without_times_is_not_blamed_for_it(tmp_path):
    rows = [replace(row, reported_at="") for row in a_history(200)]
    result = learn(write_history(tmp_path / "h.csv", rows), tmp_path / "config")
    assert result.exit_code == 0
    assert "reported_at" not in result.output
