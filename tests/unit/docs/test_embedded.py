"""The programs that the tutorials show are the examples, which other tests run."""

import pytest

from tests.unit.docs.reading import ROOT, blocks

EXAMPLES = ROOT / "docs" / "how-to" / "examples" / "python"


@pytest.mark.parametrize(
    ("page", "program"),
    [("write-an-adapter.md", "adapter.py"), ("connect-an-agency.md", "agency.py")],
)
def test_a_tutorial_shows_the_example_to_the_letter(page: str, program: str) -> None:
    text = (ROOT / "docs" / "tutorial" / page).read_text("utf-8")
    assert list(blocks(text, "python")) == [(EXAMPLES / program).read_text("utf-8")]
