"""Pictures of pages: small, each shown in a document, none left over from a page that is gone."""

import re

from tests.acceptance.gateway.pages import screenshots
from tests.acceptance.gateway.pages.officers_pages import ELSEWHERE, PAGES
from tests.unit.docs.reading import documents
from tests.unit.gateway.staff.test_who_may import every_route


def test_every_picture_is_small_and_is_shown_and_every_page_has_its_pictures() -> None:
    kept = {file.name: file.stat().st_size for file in screenshots.FOLDER.iterdir()}
    assert kept.keys() == set(screenshots.names())
    assert {name: size for name, size in kept.items() if size > screenshots.LARGEST} == {}
    assert sum(kept.values()) < screenshots.ALL
    shown = "\n".join(document.read_text("utf-8") for document in documents())
    assert set(re.findall(r"pages/([\w-]+\.png)", shown)) == kept.keys()


def test_every_page_of_people_who_sign_in_is_among_those_that_are_looked_at() -> None:
    gets = {route.removeprefix("GET ") for route in every_route() if route.startswith("GET ")}
    assert gets >= ELSEWHERE
    paths = [at.path.partition("?")[0] for at in PAGES.values()]
    lookers = {route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route)) for route in gets}
    missing = {route for route, looks in lookers.items() if not any(map(looks.fullmatch, paths))}
    assert missing == ELSEWHERE
