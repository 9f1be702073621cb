"""The configuration reference says what the program says."""

from pathlib import Path

from config.reference import reference


def test_the_document_is_the_generated_one() -> None:
    document = Path(__file__).parents[3] / "docs" / "configuration.md"
    assert document.read_text("utf-8") == reference(), "run: make docs"
