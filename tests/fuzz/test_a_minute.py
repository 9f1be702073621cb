"""A minute of fuzzing finds nothing; `make fuzz SECONDS=` goes on for longer."""

import os
from dataclasses import replace

import pytest

from tests.fuzz.running import fuzz
from tests.fuzz.targets import targets

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
SLACK = 3
"""Of the time that an input may cost, where other work goes on beside; `make fuzz` gives none."""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_minute_of_hostile_inputs_does_no_harm() -> None:
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    print(f"FUZZ_SEED={seed}")
    patient = [replace(target, cpu=SLACK * target.cpu) for target in targets()]
    result = fuzz(patient, seconds=SECONDS, jobs=1, seed=seed)
    places = [f"{f.kind} in {f.target}: {f.what}, {f.save()}" for f in result.findings]
    assert not places, "\n".join(places)
    assert result.inputs.total() > 1_000
