"""A person at a terminal of the town: the commands of the desk."""

import json
import os
import pty
import subprocess
from typing import Any

from tests.acceptance.cases.case_town import Town
from tests.acceptance.program import PINTU, environment, pintu

Done = subprocess.CompletedProcess[bytes]


class Desk:
    """Runs commands with these settings."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    def does(self, *words: str, **settings: str) -> Done:
        return pintu(*words, settings=self.settings | settings)

    def prints(self, *words: str) -> str:
        done = self.does(*words)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def sees(self, *words: str, columns: int) -> list[str]:
        """What is on a terminal of that width, line by line."""
        ours, theirs = pty.openpty()
        terminal = {"COLUMNS": str(columns), "TERM": "dumb"}
        process = subprocess.Popen(
            [PINTU, *words], env=environment(**self.settings) | terminal, stdout=theirs
        )
        os.close(theirs)
        screen = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
        assert process.wait(timeout=60) == 0
        return screen.decode().splitlines()

    def case(self, which: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.prints("case", "show", which, "--json"))
        return found


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody writes to it any more
        return b""


def opened(town: Town, text: str, agency: str) -> tuple[str, str]:
    """A complaint whose case has begun: its id and its tracking code."""
    complaint = town.submits(text)
    told = town.hears(complaint, f"opened.{agency}.web", "channel.web")
    return complaint, told.data["tracking"]
