"""One Chromium for each file of tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.pages.browsing import NoChromiumError, Visitor, chromium, visiting

HERE = Path(__file__).parent
Visiting = Callable[..., AbstractContextManager[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            item.add_marker("slow")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone when its file is done: its event loop would be in the way of other tests."""
    try:
        with chromium() as found:
            yield found
    except NoChromiumError as error:
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(str(error))
        pytest.fail(str(error))


@pytest.fixture
def visit(browser: Browser, door: Door) -> Visiting:
    """`with visit("en", NARROW) as she:` is one visit of the gateway's pages."""
    return partial(visiting, browser, door.address)
