"""The examples in five languages as programs that can be run, where their language is here."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
EXAMPLES: Final = ROOT / "docs" / "how-to" / "examples"
NODE_MODULES: Final = ROOT / ".cache" / "node" / "node_modules"
_JAVA: Final = Path("/usr/share/java")
JARS: Final = [
    _JAVA / name for name in ("amqp-client.jar", "gson.jar", "slf4j-api.jar", "slf4j-nop.jar")
]


@dataclass(frozen=True, slots=True)
class Language:
    """``needs``: commands and files; ``run``: the command of "adapter" or "agency", its files
    prepared in a folder."""

    name: str
    needs: tuple[str | Path, ...]
    run: Callable[[str, Path], list[str]]

    def missing(self) -> list[str]:
        """What is not here of what it needs."""
        return [
            str(one)
            for one in self.needs
            if not (one.exists() if isinstance(one, Path) else shutil.which(one))
        ]


def _python(program: str, _: Path) -> list[str]:
    return [sys.executable, str(EXAMPLES / "python" / f"{program}.py")]


def _node(program: str, folder: Path) -> list[str]:
    """Where its modules are found, as `npm install amqplib` beside it would do."""
    made = folder / "node"
    if not made.exists():
        shutil.copytree(EXAMPLES / "node", made)
        (made / "node_modules").symlink_to(NODE_MODULES)
    return ["node", str(made / f"{program}.mjs")]


def _php(program: str, _: Path) -> list[str]:
    return ["php", str(EXAMPLES / "php" / f"{program}.php")]


def _shell(program: str, _: Path) -> list[str]:
    return ["sh", str(EXAMPLES / "shell" / f"{program}.sh")]


def _java(program: str, folder: Path) -> list[str]:
    made, classpath = folder / "java", ":".join(map(str, JARS))
    if not made.exists():
        sources = sorted(map(str, (EXAMPLES / "java").glob("*.java")))
        compiling = ["javac", "-d", str(made), "-cp", classpath, "-Xlint:all", "-Werror", *sources]
        subprocess.run(compiling, check=True)
    quick = ("-Xshare:auto", "-XX:TieredStopAtLevel=1")
    return ["java", *quick, "-cp", f"{made}:{classpath}", program.title()]


LANGUAGES: Final = (
    Language("python", (), _python),
    Language("node", ("node", NODE_MODULES / "amqplib"), _node),
    Language("php", ("php", Path("/usr/share/php/PhpAmqpLib/autoload.php")), _php),
    Language("shell", ("curl", "jq", "amqp-consume"), _shell),
    Language("java", ("javac", *JARS), _java),
)
