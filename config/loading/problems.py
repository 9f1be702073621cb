"""What is wrong with a configuration folder: all of it at once, each with its place."""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from broker.errors import BadConfiguration
from config.language import worded


@dataclass(frozen=True, slots=True)
class Problem:
    """`file` within the folder, `line` from 1 (0: the whole file), `place` in it, `what` to do."""

    file: str
    line: int
    place: str
    what: str

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        place = f" {self.place}:" if self.place else ""
        return f"{self.file}{line}:{place} {self.what}"


class ConfigurationError(BadConfiguration):
    """Rules or clocks cannot be used. `problems` holds every error, not only the first; `folder`
    is put before each file, where it is known."""

    def __init__(self, problems: tuple[Problem, ...], folder: Path | None = None) -> None:
        self.problems = problems
        before = f"{folder}/" if folder else ""
        super().__init__("\n".join(f"{before}{problem}" for problem in problems))


def refusal(problems: tuple[Problem, ...], folder: Path | None) -> ConfigurationError:
    """The error of that folder; None: the shipped one."""
    return ConfigurationError(problems, folder if folder and folder.is_dir() else None)


@dataclass(slots=True)
class Findings:
    """Errors make the rules unusable, warnings are worth a look.

    `named`: for each file the ids that its entries bear, broken entries too, and `unread`: files
    of which nothing could be read. Who refers to one of these need not hear of it again.
    """

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    named: dict[str, set[str]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def error(self, file: str, line: int, place: str, what: str) -> None:
        """Note an error."""
        self.errors.append(Problem(file, line, place, what))

    def unreadable(self, file: str, line: int, what: str) -> None:
        """Note that nothing of a file can be used."""
        self.unread.add(file)
        self.error(file, line, "", what)

    def name(self, file: str, *ids: object) -> None:
        """Note ids that an entry of a file bears."""
        self.named.setdefault(file, set()).update(i for i in ids if isinstance(i, str) and i)

    def refers(self, file: str, given: str, known: Collection[str]) -> bool:
        """True where `given` is known, or may well be once the errors of `file` are mended."""
        return given in known or file in self.unread or given in self.named.get(file, ())

    def warn(self, file: str, line: int, place: str, what: str) -> None:
        """Note a warning."""
        self.warnings.append(Problem(file, line, place, what))


def nearest(name: str, known: list[str]) -> str:
    """`; did you mean 'phrases'?`, or which names there are if none is near."""
    close = get_close_matches(name, known, n=1)
    if close:
        return worded("; did you mean {close!r}?", close=close[0])
    return (
        worded("; known are {sorted}", sorted=", ".join(sorted(known)))
        if 0 < len(known) <= 20
        else ""
    )
