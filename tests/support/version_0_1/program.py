"""The program of 0.1 itself, out of the history of this repository, to run beside this one."""

import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Final

from tests.acceptance.program import Program

COMMIT: Final = "a06b201"
"""The same as in README.md."""
_LATER: Final = ("GATEWAY", "LANGUAGE")
"""Settings that tests set for every program, and that this one calls an error."""
_PARTS: Final = ("broker", "config", "consumers", "gateway", "pintu", "schemas")
_ROOT: Final = Path(__file__).parents[3]


class NoHistoryError(Exception):
    """This copy of the repository does not have that commit."""


def unpacked(folder: Path) -> Path:
    """The packages of 0.1, in a folder that is to come first in the path of Python."""
    if shutil.which("git") is None:
        raise NoHistoryError("git is not installed")
    done = subprocess.run(
        ["git", "archive", "--format=tar", COMMIT, *_PARTS],
        cwd=_ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoHistoryError(f"no commit {COMMIT} here: a shallow copy of the repository")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


class OldProgram(Program):
    """`pintu run NAME` of 0.1, with the libraries of this environment."""

    def __init__(self, packages: Path, name: str, url: str, state: Path, **settings: str) -> None:
        self.packages = packages
        super().__init__(name, url, state, **settings)

    def command(self, name: str) -> list[str]:
        return old_command(self.packages, "run", name)


def old_command(packages: Path, *words: str) -> list[str]:
    python = [sys.executable, "-P", "-m", "pintu"]
    unknown = [word for name in _LATER for word in ("-u", f"PINTU_{name}")]
    return ["/usr/bin/env", *unknown, f"PYTHONPATH={packages}", *python, *words]
