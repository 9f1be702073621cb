"""A minute of the fuzzing in every run of the tests; `make fuzz` goes on for longer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SEED = 20_260_202
CPU_SECONDS = os.environ.get("FUZZ_CPU_SECONDS", "60")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_minute_of_inputs_finds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seed", str(SEED), "--cpu", CPU_SECONDS]
    command += ["--workers", "2", "--found", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=580)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
