"""The examples in five languages make of every id what the test vectors say."""

import json
import os
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.eventually import PATIENCE

_DOCS: Final = Path(__file__).parents[2] / "docs"
_EXAMPLES: Final = _DOCS / "how-to" / "examples"
_VECTORS: Final = _DOCS / "reference" / "contract" / "tracking-vectors.json"
_PROGRAMS: Final = {
    "python/tracking.py": [sys.executable],
    "node/tracking.mjs": ["node"],
    "php/tracking.php": ["php"],
    "shell/tracking.sh": ["sh"],
    "java/Tracking.java": ["java"],
}
_NEEDS: Final = {"java/Tracking.java": "javac"}
"""Java runs a source file where it has its compiler."""


def vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_VECTORS.read_text("utf-8"))["ids"]
    return found


def told(example: str, source: str, ids: list[str]) -> list[str]:
    """What that program prints of the ids, one line each."""
    done = subprocess.run(
        [*_PROGRAMS[example], str(_EXAMPLES / example), source, *ids],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize("example", _PROGRAMS)
def test_the_example_says_of_every_id_what_the_vectors_say(example: str) -> None:
    command = _NEEDS.get(example, _PROGRAMS[example][0])
    if shutil.which(command) is None:
        missing = f"{command} is not installed: make setup-test"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(missing)
        pytest.fail(missing)
    for source, rows in groupby(vectors(), key=lambda row: str(row["source"])):
        expected = list(rows)
        lines = told(example, source, [row["id"] for row in expected])
        assert lines == [f"{row['complaint_id']} {row['tracking']}" for row in expected]


def test_every_example_is_run() -> None:
    found = {file.relative_to(_EXAMPLES).as_posix() for file in _EXAMPLES.glob("*/?racking.*")}
    assert found == set(_PROGRAMS)
