"""`desk.toml`: every error at once with its place, and what the shipped one says."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from config.loading import check_rules, load_rules
from schemas.update_data import DismissalCode
from tests.support.regions import SMALL_REGION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "region"
    shutil.copytree(SMALL_REGION, there)
    return there


def told(folder: Path, text: str) -> list[str]:
    (folder / "desk.toml").write_text(text)
    return [str(error) for error in check_rules(folder).errors]


def test_without_the_file_nothing_is_ready(folder: Path) -> None:
    assert load_rules(folder).desk_texts.questions == ()


def test_a_file_as_it_is_meant(folder: Path) -> None:
    errors = told(
        folder,
        """
        [[question]]
        code = "where"
        title = { id = "Tempat", en = "Place" }
        text = { id = "Di mana?", en = "Where?" }
        [[reason]]
        code = "not-here"
        dismissal = "not-ours"
        title = { id = "Luar", en = "Outside" }
        text = { id = "Bukan di sini.", en = "Not here." }
        """,
    )
    assert errors == []
    texts = load_rules(folder).desk_texts
    assert texts.questions[0].text.spoken("en") == "Where?"
    assert (texts.reasons[0].dismissal, texts.reasons[0].text.spoken("id")) == (
        "not-ours",
        "Bukan di sini.",
    )


def test_all_that_is_wrong_is_told_at_once_with_its_place(folder: Path) -> None:
    errors = told(
        folder,
        """
        [[question]]
        code = "Where"
        title = { id = "Tempat", en = " " }
        text = { id = "Di mana?" }
        [[reason]]
        code = "x"
        dismissal = "no-such-code"
        titel = "?"
        title = { id = "a", en = "b" }
        text = { id = "a", en = "b" }
        """,
    )
    assert len(errors) == 5, errors
    assert all(error.startswith("desk.toml") for error in errors)
    assert any("question 1, title, en: " in error and "is empty" in error for error in errors)
    assert any("question 1, text, en: is missing" in error for error in errors)
    assert any("reason 1, dismissal: " in error for error in errors)


def test_a_code_that_is_there_twice_is_an_error(folder: Path) -> None:
    one = '[[question]]\ncode = "x"\ntitle = {id="a",en="a"}\ntext = {id="a",en="a"}\n'
    assert told(folder, one * 2) == ["desk.toml: question 2: x is there twice; remove one"]


def test_the_shipped_file_has_a_reason_for_each_code_but_other() -> None:
    texts = load_rules(None).desk_texts
    assert texts.questions
    assert {one.dismissal for one in texts.reasons} == set(get_args(DismissalCode)) - {"other"}
