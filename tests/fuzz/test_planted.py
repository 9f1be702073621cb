"""A fault of each kind, planted into a target, is found."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.running import fuzz
from tests.fuzz.trying import Target, attempt


def quadratic(data: bytes) -> None:
    for _ in range(len(data)):
        sum(data)


def raises(data: bytes) -> None:
    {b"known": 1}[data]


def hog(data: bytes) -> None:
    b"x" * (len(data) + 200 * 1024 * 1024)


def hangs(data: bytes) -> None:
    until = time.monotonic() + 3600
    while time.monotonic() < until:
        pass


def leaves(data: bytes) -> None:
    os._exit(3)


def asks_to_leave(data: bytes) -> None:
    raise SystemExit(3)


def masks_differently(data: bytes) -> None:
    once = data.replace(b"aa", b"a")
    assert once.replace(b"aa", b"a") == once, "twice differs from once"


SEED = b"a" * 10_000


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (quadratic, "slow"),
        (raises, "error"),
        (hog, "memory"),
        (hangs, "hang"),
        (leaves, "exit"),
        (asks_to_leave, "error"),
        (masks_differently, "error"),
    ],
)
def test_a_planted_fault_is_found(fault: Callable[[bytes], None], kind: str) -> None:
    target = Target("planted", fault, [SEED])
    found = fuzz([target], seconds=4, jobs=1, hangs=2.0).findings
    assert kind in {finding.kind for finding in found}


def test_an_honest_target_gives_no_finding() -> None:
    target = Target("honest", lambda data: data.decode(), [b"a"], (UnicodeDecodeError,))
    result = fuzz([target], seconds=1, jobs=1)
    assert not result.findings
    assert result.inputs["honest"] > 100


def test_an_input_that_did_harm_is_kept(tmp_path: Path) -> None:
    finding = attempt(Target("planted", raises), b"x")
    assert finding is not None
    assert finding.save(tmp_path).read_bytes() == b"x"
