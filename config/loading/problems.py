"""What is wrong with a configuration folder: all of it at once, each with its place."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from broker.domain.errors import BadConfiguration


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


class RulesError(BadConfiguration):
    """The rules cannot be used. `problems` holds every error, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(slots=True)
class Findings:
    """Errors make the rules unusable, warnings are worth a look."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(self, file: str, line: int, place: str, what: str) -> None:
        """Note an error."""
        self.errors.append(Problem(file, line, place, what))

    def warn(self, file: str, line: int, place: str, what: str) -> None:
        """Note a warning."""
        self.warnings.append(Problem(file, line, place, what))


def nearest(name: str, known: list[str]) -> str:
    """`; did you mean 'phrases'?`, or which names there are if none is near."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known are {', '.join(sorted(known))}" if 0 < len(known) <= 20 else ""
