"""Unicode forms in bounded time: the same for what people write, bounded for what nobody does."""

import re
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from broker.domain.routing.language.normalizing import normalized
from broker.domain.routing.language.text import words
from pintu.rules.learning.codes import slug
from schemas.limits import COMBINING_MARKS, EXAMINED_CHARS

ROOT = Path(__file__).parents[5]


@given(st.text(max_size=40))
def test_a_text_without_long_runs_of_marks_has_the_form_that_unicode_says(text: str) -> None:
    for form in ("NFKC", "NFKD"):
        whole = unicodedata.normalize(form, text)
        assert normalized(form, text, 10_000) == whole
        assert normalized(form, text, 10) == unicodedata.normalize(form, text[:10])[:10]


def test_of_a_run_of_marks_the_first_thirty_are_kept() -> None:
    for mark in ("\u0334", "\uff9e", "\u0f73"):
        many = normalized("NFKC", "q" + mark * 10_000 + "z", EXAMINED_CHARS)
        few = unicodedata.normalize("NFKC", "q" + mark * COMBINING_MARKS + "z")
        assert many == few


def test_signs_that_are_no_marks_are_kept_however_many_there_are() -> None:
    assert normalized("NFKC", "\u2605" * 100, EXAMINED_CHARS) == "\u2605" * 100


def test_a_letter_under_many_marks_is_still_read() -> None:
    assert words("jala" + "\u0315\u0301\u0334" * 5_000 + "n rusak")[-1] == "rusak"


def test_a_code_is_made_of_a_name_of_any_length() -> None:
    assert slug("Dinas " + "\u0315\u0301" * 100_000, 40) == "dinas"


def test_no_other_module_normalises() -> None:
    callers = [
        path.relative_to(ROOT).as_posix()
        for package in ("broker", "config", "consumers", "schemas")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"unicodedata\.(normalize|is_normalized)|from unicodedata", path.read_text())
    ]
    assert callers == ["broker/domain/routing/language/normalizing.py"]
