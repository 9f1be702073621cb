"""Sentences for people stand in one place, so that a second language is a catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.domain import sentences

ROOT = Path(__file__).parents[4]
SPOKEN = re.compile(r"\b(petugas|pelapor|laporan|instansi|dikembalikan|tanggapan)\b", re.IGNORECASE)
ELSEWHERE = {
    "broker/domain/sentences.py",
    "broker/domain/routing/language",  # reads what people write
    "broker/domain/similar/vocabulary.py",  # so does this
    "consumers/mail/words.py",  # the catalogue of mails
}


def strings_of(file: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module that are no docstrings."""
    tree = ast.parse(file.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


@pytest.mark.parametrize("package", ["broker", "consumers", "schemas"])
def test_no_sentence_for_people_stands_outside_the_catalogue(package: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in (ROOT / package).rglob("*.py")
        if not any(str(file.relative_to(ROOT)).startswith(place) for place in ELSEWHERE)
        for line, text in strings_of(file)
        if SPOKEN.search(text)
    ]
    assert found == []


def test_every_sentence_is_used() -> None:
    names = [name for name in vars(sentences) if name.isupper()]
    files = (file for room in ("broker", "gateway") for file in (ROOT / room).rglob("*.py"))
    code = "".join(file.read_text() for file in files)
    assert [name for name in names if f"sentences.{name}" not in code] == []
