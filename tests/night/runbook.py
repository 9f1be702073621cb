"""docs/how-to/runbook.md as the tests read it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "runbook.md"
PARTS: Final = ("Means.", "Who is affected.", "See.", "Do.")


@dataclass(frozen=True)
class Entry:
    """What the runbook says of an alert: each part's text, and the commands in it."""

    name: str
    parts: dict[str, str]

    def commands(self, part: str) -> str:
        """The shell of a part; empty where there is nothing to type."""
        return "\n".join(re.findall(r"^```sh\n(.*?)^```", self.parts[part], re.M | re.S))


def entries() -> dict[str, Entry]:
    """Every entry by the alert's name."""
    found = {}
    for section in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.M)[1:]:
        name, _, text = section.partition("\n")
        pieces = re.split(r"^\*\*([A-Z][a-z ]+\.)\*\*", text, flags=re.M)
        found[name] = Entry(name, dict(zip(pieces[1::2], pieces[2::2], strict=True)))
    return found
