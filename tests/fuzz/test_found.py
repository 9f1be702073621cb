"""Every input that was ever found is tried again: what was mended stays mended."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.measuring import alone
from tests.fuzz.target import Target

FOUND = sorted(p for p in Path(__file__).with_name("found").glob("*-*") if p.is_file())


@pytest.fixture(scope="module")
def target() -> Callable[[str], Target]:
    from tests.fuzz.targets import targets  # noqa: PLC0415  # reads the shipped rules
    from tests.fuzz.targets.world import rules  # noqa: PLC0415  # the same

    rules()  # no part of what an input costs
    known = {one.name: one for one in targets()}
    return lambda name: known[name]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_is_no_finding_any_more(path: Path, target: Callable[[str], Target]) -> None:
    name = path.name.rpartition("-")[0]
    assert alone(target(name), path.read_bytes()) is None
