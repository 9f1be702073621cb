"""Every input that was ever found does no harm any more."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fuzz.targets import targets
from tests.fuzz.test_a_minute import SLACK
from tests.fuzz.trying import FOUND, attempt

KEPT = sorted(path for path in FOUND.iterdir() if path.suffix != ".md")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_an_input_that_was_found_does_no_harm(path: Path) -> None:
    [target] = [t for t in targets() if t.name == path.name.rpartition("-")[0]]
    patient = replace(target, cpu=SLACK * target.cpu)
    assert attempt(patient, path.read_bytes()) is None
