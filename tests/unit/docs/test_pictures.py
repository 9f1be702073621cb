"""Pictures of pages: small, each shown in a document, none left over from a page that is gone."""

import re

from tests.acceptance.gateway.pages import screenshots
from tests.unit.docs.reading import documents


def test_every_picture_is_small_and_is_shown_and_every_page_has_its_pictures() -> None:
    kept = {file.name: file.stat().st_size for file in screenshots.FOLDER.iterdir()}
    assert kept.keys() == {
        screenshots.name_of(page, width, language)
        for page in screenshots.PAGES
        for width in screenshots.SIZES
        for language in ("id", "en")
    }
    assert {name: size for name, size in kept.items() if size > screenshots.LARGEST} == {}
    shown = "\n".join(document.read_text("utf-8") for document in documents())
    assert set(re.findall(r"pages/([\w-]+\.png)", shown)) == kept.keys()
