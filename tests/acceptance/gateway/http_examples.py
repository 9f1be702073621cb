"""The examples over HTTP as programs that can be run, where their language is here."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.eventually import PATIENCE, eventually

EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "how-to" / "examples-http"
_GSON: Final = Path("/usr/share/java/gson.jar")
_JAVA: Final = ("java", "-Xshare:auto", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True, slots=True)
class Language:
    """``programs``: which there are; ``run``: the command of one, made ready in a folder."""

    name: str
    needs: tuple[str | Path, ...]
    programs: frozenset[str]
    run: Callable[[str, Path], list[str]]

    def missing(self) -> list[str]:
        """What is not here of what it needs."""
        return [
            str(one)
            for one in self.needs
            if not (one.exists() if isinstance(one, Path) else shutil.which(one))
        ]

    def skip_where_missing(self) -> None:
        """Skip the test; with `CI` set it fails."""
        if missing := self.missing():
            why = f"not installed: {', '.join(missing)}; make setup-test"
            if os.environ.get("CI", "").lower() in ("", "0", "false"):
                pytest.skip(why)
            pytest.fail(why)


def _by(*command: str, suffix: str) -> Callable[[str, Path], list[str]]:
    def run(program: str, _: Path) -> list[str]:
        (file,) = EXAMPLES.glob(f"*/{program}.{suffix}")
        return [*command, str(file)]

    return run


def _java(program: str, folder: Path) -> list[str]:
    made = folder / "classes"
    if not made.exists():
        sources = sorted(map(str, (EXAMPLES / "java").glob("*.java")))
        lint = ("-Xlint:all", "-Werror")
        subprocess.run(["javac", "-d", str(made), "-cp", str(_GSON), *lint, *sources], check=True)
    return [*_JAVA, "-cp", f"{made}:{_GSON}", program.title()]


def _php_extensions() -> bool:
    """Whether PHP has what the examples name."""
    if shutil.which("php") is None:
        return False
    modules = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False).stdout
    return {"curl", "pdo_sqlite"} <= set(modules.split())


_ALL: Final = frozenset(("adapter", "agency", "receiver"))
_PHP: Final = "php" if _php_extensions() else "php with curl and pdo_sqlite"
LANGUAGES: Final = (
    Language("python", (), _ALL, _by(sys.executable, suffix="py")),
    Language("node", ("node",), _ALL, _by("node", suffix="mjs")),
    Language("php", (_PHP,), _ALL, _by("php", suffix="php")),
    Language("shell", ("curl", "jq"), _ALL - {"receiver"}, _by("sh", suffix="sh")),
    Language("java", ("javac", _GSON), _ALL, _java),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One language in a folder of its own, with its settings in the environment."""

    language: Language
    folder: Path
    classes: Path

    def run(self, program: str, *words: str, **settings: str) -> str:
        """To its end, which is good; what it prints."""
        done = subprocess.run(
            [*self.language.run(program, self.classes), *words],
            cwd=self.folder,
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout.strip()

    @contextmanager
    def running(
        self, program: str, *words: str, command: Sequence[str] = (), **settings: str
    ) -> Iterator["Running"]:
        """While the block runs; then it is ended for good, with its children."""
        printed = self.folder / f"{program}-{'-'.join(words[:1])}.log"
        with printed.open("ab") as out:
            started = subprocess.Popen(
                command or [*self.language.run(program, self.classes), *words],
                cwd=self.folder,
                env=os.environ | settings,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield Running(started, printed)
        finally:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()


@dataclass(frozen=True, slots=True)
class Running:
    """A program under way, and what it has printed."""

    process: "subprocess.Popen[bytes]"
    printed: Path

    def lines(self) -> list[str]:
        return self.printed.read_text("utf-8").splitlines()

    def says(self, line: str) -> str:
        """Wait for a line that begins so; the whole of it."""

        def found() -> str | None:
            assert self.process.poll() is None, self.lines()
            return next((one for one in self.lines() if one.startswith(line)), None)

        return eventually(found, saying=f"it says: {line}")
