"""The documents as the tests read them: text, code spans, blocks, headings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
_OTHERS: Final = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PLANNED: Final = "## Not yet"
_FENCED: Final = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def documents() -> list[Path]:
    """Every document of the project."""
    return [*(ROOT / name for name in _OTHERS), *sorted((ROOT / "docs").rglob("*.md"))]


def shown(document: Path) -> str:
    """Its name, for the id of a test."""
    return document.relative_to(ROOT).as_posix()


def what_is_there(document: Path) -> str:
    """Its text without the section of what is planned."""
    return re.sub(rf"^{PLANNED}$.*?(?=^## |\Z)", "", _text(document), flags=re.S | re.M)


def what_is_planned() -> str:
    """The section of what is planned, of the one document that has it."""
    [section] = [
        found.group()
        for document in documents()
        if (found := re.search(rf"^{PLANNED}$.*?(?=^## |\Z)", _text(document), re.S | re.M))
    ]
    return section


def blocks(text: str, *languages: str) -> Iterator[str]:
    """The fenced blocks in these languages."""
    for language, block in _FENCED.findall(text):
        if language in languages:
            yield block


def spans(text: str) -> list[str]:
    """What stands in code spans, not in blocks; one that a line break divides is one."""
    return [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", _FENCED.sub("", text))]


def headings(document: Path) -> set[str]:
    """The anchors of a document, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", _FENCED.sub("", _text(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def _text(document: Path) -> str:
    return document.read_text("utf-8")
