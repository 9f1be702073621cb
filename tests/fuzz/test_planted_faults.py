"""The fuzzing finds a fault of each kind, keeps its input, and goes on."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

FOUND_AS = {
    "error": "error: IndexError: planted",
    "slow": "slow: ",
    "quadratic": "slow: ",
    "memory": "memory: ",
    "hang": "hang: ",
    "waits": "hang: ",
    "exit": "exit: ",
    "leaves": "error: SystemExit",
    "mask": "error: AssertionError: masked twice",
}


ENDS: Final = ("slow", "quadratic", "memory")
"""What ends after a while: on a busy machine half a second may be over before that."""


def fuzz(found: Path, *words: str, hang: str = "0.5") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.fuzz", "--module", "tests.fuzz.planted"]
    command += ["--seed", "1", "--found", str(found), "--hang", hang, "--workers", "1", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)


@pytest.mark.parametrize("kind", FOUND_AS)
def test_a_planted_fault_is_found_and_its_input_is_kept(kind: str, tmp_path: Path) -> None:
    hang = "30" if kind in ENDS else "0.5"
    done = fuzz(tmp_path, "--targets", kind, "--inputs", "12", hang=hang)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"FOUND {kind}: {FOUND_AS[kind]}" in done.stdout
    assert "12 inputs in" in done.stdout
    kept = [path.read_bytes() for path in tmp_path.iterdir()]
    assert kept
    assert all(data.startswith(b"poison") for data in kept)
    assert all(path.name.startswith(f"{kind}-") for path in tmp_path.iterdir())


def test_the_same_seed_finds_the_same(tmp_path: Path) -> None:
    for name in ("once", "twice"):
        fuzz(tmp_path / name, "--targets", "error", "--inputs", "400")
    assert {p.name for p in (tmp_path / "once").iterdir()} == {
        p.name for p in (tmp_path / "twice").iterdir()
    }


def test_where_nothing_is_wrong_nothing_is_found(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "--targets", "sound", "--inputs", "2000")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.iterdir())
