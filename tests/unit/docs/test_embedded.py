"""The programs that the tutorials show are the examples, which other tests run."""

import pytest

from tests.unit.docs.reading import ROOT, blocks

HOW_TO = ROOT / "docs" / "how-to"


@pytest.mark.parametrize(
    ("page", "program"),
    [
        ("write-an-adapter.md", "examples/python/adapter.py"),
        ("connect-an-agency.md", "examples/python/agency.py"),
        ("adapter-over-http.md", "examples-http/python/adapter.py"),
        ("agency-over-http.md", "examples-http/python/agency.py"),
        ("webhook-receiver.md", "examples-http/python/receiver.py"),
    ],
)
def test_a_tutorial_shows_the_example_to_the_letter(page: str, program: str) -> None:
    text = (ROOT / "docs" / "tutorial" / page).read_text("utf-8")
    assert list(blocks(text, "python")) == [(HOW_TO / program).read_text("utf-8")]
