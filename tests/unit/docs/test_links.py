"""Every link between documents leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.reading import ROOT, documents, headings, shown

LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_relative_link_resolves(document: Path) -> None:
    wrong = []
    for target in LINK.findall(document.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        if (
            not found.exists()
            or not found.is_relative_to(ROOT)
            or (anchor and anchor not in headings(found))
        ):
            wrong.append(target)
    assert not wrong


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, ahead = set(), [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        if document in seen:
            continue
        seen.add(document)
        for target in LINK.findall(document.read_text("utf-8")):
            found = (document.parent / target.partition("#")[0]).resolve()
            if found.suffix == ".md" and found.exists():
                ahead.append(found)
    assert [shown(page) for page in documents() if page not in seen] == []
