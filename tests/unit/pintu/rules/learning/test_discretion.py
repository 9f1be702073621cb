"""Topics that are the desk's discretion: nothing is learned of who dealt with them."""

import random
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broker.domain.routing.decide import Place, Query, decide
from config.loading import check_rules, load_rules
from pintu.rules.learning.discretion import left_to_desk as rows_left
from pintu.rules.learning.discretion import without_rows
from pintu.rules.learning.history import read_history
from tests.support.histories import Complaint, a_history, write_history
from tests.unit.pintu.rules.learning.conftest import learn

ON = date(2026, 1, 15)
MATTER = "Urusan Lingkungan"
ABOUT = ("warga", "rukun", "tetangga", "rapat", "pengurus", "iuran", "ronda", "gotong", "kas")
LIKE_IT = "rapat pengurus warga ronda iuran kas rukun tetangga"
DEALT_WITH_IT = (
    "Dinas Perhubungan",
    "Dinas Pekerjaan Umum",
    "Dinas Lingkungan Hidup",
    "Dinas Sosial",
)


def with_discretion(rows: int) -> list[Complaint]:
    """A history in which every fifth complaint is of one matter, and anybody deals with it."""
    chance = random.Random(5)
    history = a_history(rows, noise=0.0)
    for at in range(0, rows, 5):
        text = " ".join(chance.sample(ABOUT, 5))
        agency = chance.choice(DEALT_WITH_IT)
        history[at] = replace(history[at], text=text, topic=MATTER, agency=agency)
    return history


def marked(folder: Path, agency: str = "@triage", *more: str) -> Path:
    """A folder in which people say that the matter is the desk's discretion."""
    (folder / "topics").mkdir(parents=True)
    lines = [
        "[[topic]]",
        'id = "lingkungan"',
        f'name = "{MATTER}"',
        f'agency = "{agency}"',
        "discretion = true",
        *more,
    ]
    (folder / "topics" / "desk.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("history") / "history.csv"
    return write_history(file, with_discretion(400))


@pytest.fixture(scope="module")
def left_to_desk(tmp_path_factory, history) -> Path:
    config = marked(tmp_path_factory.mktemp("learned") / "kota")
    result = learn(history, config)
    assert result.exit_code == 0, result.output
    return config


def test_what_looks_like_it_goes_to_the_desk_which_is_told_why(left_to_desk):
    decision = decide(Query(LIKE_IT), load_rules(left_to_desk), on=ON)
    assert (decision.agency, decision.rule) == (None, "triage/rule")
    assert f"“{MATTER}”" in decision.because and "berbeda-beda" in decision.because
    assert decision.alternatives  # the desk sees who may be meant


def test_it_is_none_of_the_topics_that_the_model_tells_apart(left_to_desk):
    rules = load_rules(left_to_desk)
    assert rules.model is not None
    assert "lingkungan" not in rules.model.topics
    assert "@triage" in rules.model.classes
    assert MATTER not in (left_to_desk / "learned" / "topics.toml").read_text("utf-8")


def test_other_complaints_go_where_their_like_went(left_to_desk):
    query = Query("got mampet banjir genangan saluran selokan", place=Place(district="Anggrek"))
    rules = load_rules(left_to_desk)
    decision = decide(query, rules, on=ON)
    assert rules.agency_name(decision.agency or "") == "Dinas Pekerjaan Umum"


def test_an_entry_may_name_the_level_that_gets_it(history, tmp_path):
    config = marked(tmp_path / "kota", "@village")
    assert learn(history, config).exit_code == 0
    rules = load_rules(config)
    there = Place(district="Anggrek", village="Kenanga")
    decision = decide(Query(LIKE_IT, place=there), rules, on=ON)
    assert rules.agency_name(decision.agency or "") == "Kelurahan Kenanga"


def test_a_matter_that_anybody_deals_with_is_suggested_with_what_to_paste(history, tmp_path):
    config = tmp_path / "kota"
    told = learn(history, config).stdout
    assert decide(Query(LIKE_IT), load_rules(config), on=ON).rule != "triage/rule"
    pasted = told[told.index("[[topic]]") :]
    assert tomllib.loads(pasted)["topic"] == [
        {"id": "urusan-lingkungan", "name": MATTER, "agency": "@triage", "discretion": True}
    ]
    (config / "topics").mkdir()
    (config / "topics" / "desk.toml").write_text(pasted, "utf-8")
    assert not check_rules(config).errors


def test_the_mark_stands_when_it_is_learned_anew_and_is_not_suggested(left_to_desk, history):
    assert "[[topic]]" not in learn(history, left_to_desk).stdout
    decision = decide(Query(LIKE_IT), load_rules(left_to_desk), on=ON)
    assert decision.rule == "triage/rule"


def test_conditions_that_say_who_answers_are_no_discretion(tmp_path, left_to_desk):
    file = left_to_desk / "topics" / "desk.toml"
    before = file.read_text("utf-8")
    try:
        more = '[[topic.when]]\nregion = "99.99"\nagency = "@village"\n'
        file.write_text(before + more, "utf-8")
        errors = check_rules(left_to_desk).errors
    finally:
        file.write_text(before, "utf-8")
    assert any(problem.file == "topics/desk.toml" for problem in errors)


def test_a_mark_whose_name_no_row_has_is_told(left_to_desk, history):
    rules = load_rules(left_to_desk)
    (row,) = [row for row in read_history(history).rows if row.topic == MATTER][:1]
    assert without_rows(rows_left([row], rules), rules) == []
    (told,) = without_rows(rows_left([replace(row, topic="Urusan RW")], rules), rules)
    assert "'lingkungan'" in told and MATTER in told


def test_it_needs_no_phrases(left_to_desk):
    assert not check_rules(left_to_desk).warnings
