"""A minute of fuzzing finds nothing; `make fuzz SECONDS=` goes on for longer."""

import os
import random

import pytest

from tests.fuzz.running import fuzz
from tests.fuzz.targets import targets

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_minute_of_hostile_inputs_does_no_harm() -> None:
    seed = int(os.environ.get("FUZZ_SEED", "0")) or random.randrange(1, 2**31)
    print(f"FUZZ_SEED={seed}")
    result = fuzz(targets(), seconds=SECONDS, jobs=1, seed=seed)
    places = [f"{f.kind} in {f.target}: {f.what}, {f.save()}" for f in result.findings]
    assert not places, "\n".join(places)
    assert result.inputs.total() > 1_000
