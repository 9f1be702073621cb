"""The page of limits tells the numbers that are in force, and all of them."""

import re
from pathlib import Path
from typing import Final

import pytest

from schemas import limits

PAGE: Final = (Path(__file__).parents[3] / "docs" / "limits.md").read_text("utf-8")
NUMBERS: Final = {
    name: value
    for name, value in vars(limits).items()
    if name.isupper() and isinstance(value, int | float)
}
ROWS: Final = dict(re.findall(r"^\| `(\w+)` \| ([\d,.]+) \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("name", NUMBERS)
def test_a_limit_is_on_the_page_with_its_number(name: str) -> None:
    assert name in ROWS, "docs/limits.md: a row is missing"
    assert float(ROWS[name].replace(",", "")) == NUMBERS[name]


def test_the_page_has_no_limit_that_is_not_in_force() -> None:
    assert sorted(ROWS) == sorted(NUMBERS)
