"""Every page of people who sign in, with the shipped rules and a month of cases, in a browser that
was never there: small with all its files, nobody else is asked, the policy is strict and kept, and
axe finds nothing."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.acceptance.gateway.pages.browsing import visiting
from tests.acceptance.gateway.pages.county_door import Stage, county_door
from tests.acceptance.gateway.pages.memory_server import serving
from tests.acceptance.gateway.pages.officers_pages import PAGES
from tests.acceptance.gateway.pages.officers_pictures import signs_in

LARGEST: Final = 100_000
"""Bytes of a page with all that it loads, as they come over the wire."""


@pytest.fixture(scope="module")
def county() -> Iterator[tuple[str, Stage]]:
    with serving(county_door) as found:
        yield found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_with_its_files_asks_nobody_else_keeps_the_policy_and_pleases_axe(
    county: tuple[str, Stage], browser: Browser, name: str
) -> None:
    address, stage = county
    at = PAGES[name]
    with visiting(browser, address) as she:
        signs_in(she, stage, at.who)
        answer = she.go(at.path.format_map(stage.places))
        assert answer.status == 200
        allowed = answer.headers["content-security-policy"].split("; ")
        assert allowed[0] == "default-src 'none'"
        assert not [one for one in allowed if re.search(r"unsafe|\*|https?:", one)]
        assert len(she.page.content().encode()) < she.transferred() < LARGEST
        assert {urlsplit(one).netloc for one in she.asked} == {urlsplit(address).netloc}
        assert she.faults() == []
