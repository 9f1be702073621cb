"""Where the output of a command goes: a reader that leaves early, a disk that is full."""

import subprocess

import pytest

from tests.acceptance.program import PINTU, environment


def bash(line: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", ["topology show", "--help"])
def test_a_reader_that_has_seen_enough_is_no_error(words: str) -> None:
    done = bash(f"{PINTU} {words} | head -1")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", ["topology show", "due 2025-02-04T16:00 3"])
def test_output_that_cannot_be_written_is_told_in_one_line(words: str) -> None:
    done = bash(f"{PINTU} {words} > /dev/full")
    assert (done.returncode, done.stderr) == (70, "pintu: [Errno 28] No space left on device\n")
