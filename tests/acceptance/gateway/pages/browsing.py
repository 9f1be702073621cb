"""A visitor of the pages in a real Chromium: what she does, what it asked for, and what it told."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, sync_playwright

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Tags of axe: WCAG 2.2 up to AA, and what its makers advise beyond."""
LARGEST: Final = 50_000
"""Bytes of a page with its style sheet and script, without pictures."""
WIDE: Final = (1280, 800)
NARROW: Final = (360, 640)
NARROWEST: Final = (320, 568)
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_AXE: Final = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
_PATIENCE: Final = 60_000
"""Milliseconds."""


class NoChromiumError(Exception):
    """Chromium is not installed here; the text says what to do."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. Raises NoChromiumError."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise NoChromiumError(
            "Chromium is not installed (Debian: sudo apt-get install chromium); elsewhere set"
            " CHROMIUM to the program of a Chromium or Chrome"
        )
    # Root has no sandbox; nothing but our own pages is opened.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """One visit: a browser's profile of its own."""

    page: Page
    address: str
    language: str
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    _sizes: dict[str, int] = field(default_factory=dict)

    def go(self, path: str) -> Response:
        """Open a page in her language."""
        mark = "&" if "?" in path else "?"
        answer = self.page.goto(f"{self.address}{path}{mark}bahasa={self.language}")
        assert answer is not None
        return answer

    def sends(self, form: str = "main form") -> None:
        """The button of a form."""
        self.follows(f"{form} button:not([type=button])")

    def follows(self, selector: str) -> None:
        """What leads to another page; that is there when this returns."""
        with self.page.expect_navigation():
            self.page.locator(selector).last.click()

    def enters(self) -> None:
        """The same by the keyboard."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def files(self, text: str) -> tuple[str, str]:
        """A report by the form; its code and pin."""
        self.go("/lapor")
        self.page.fill("#text", text)
        self.sends()
        return self.text("#code"), self.text("#pin")

    def looks(self, code: str, pin: str) -> None:
        """It up."""
        self.go("/lacak")
        self.page.fill("#code", code)
        self.page.fill("#pin", pin)
        self.sends()

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def tabs_to(self, selector: str) -> None:
        """By the keyboard alone; wherever it comes on its way can be seen."""
        wanted = self.page.locator(selector)
        for _ in range(80):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(_FOCUS_IS_SEEN), self.page.evaluate(_FOCUSED)
            if _has_focus(wanted):
                return
        raise AssertionError(f"Tab does not lead to {selector}")

    def faults(self) -> list[str]:
        """What axe finds on the page."""
        self.page.evaluate(AXE_SCRIPT)
        found: dict[str, Any] = self.page.evaluate(_AXE, list(RULES))
        assert found["passes"], "axe looked at nothing"
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in found["violations"]
        ]

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways."""
        found: list[str] = self.page.evaluate(_TOO_WIDE)
        return found

    def size(self) -> int:
        """Bytes of the page on show, with what it loads that is no picture."""
        loaded: Sequence[str] = self.page.evaluate(_LOADED)
        return len(self.page.content().encode()) + sum(self._sizes[one] for one in loaded)

    def settles(self) -> None:
        """Until what comes after the page is there: how many wait for the desk."""
        self.page.wait_for_load_state()
        if self.page.locator("#lencana").count():
            self.page.wait_for_selector("#lencana:not(.htmx-settling) .badge")

    def transferred(self) -> int:
        """Bytes of the page on show with all that it loaded, as they came over the wire."""
        self.settles()
        entries: Sequence[int] = self.page.evaluate(_TRANSFERRED)
        return sum(entries)

    def heard(self, answer: Response) -> None:
        """What came back to one of its requests."""
        self._sizes[answer.url] = int(answer.headers.get("content-length", 0))


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    language: str = "id",
    size: tuple[int, int] = WIDE,
    **settings: Any,
) -> Iterator[Visitor]:
    """Whatever she does asks no other host, and breaks no policy: known at its end."""
    context: BrowserContext = browser.new_context(
        locale="id-ID" if language == "id" else "en-GB",
        viewport={"width": size[0], "height": size[1]},
        **settings,
    )
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    visitor = Visitor(page, address, language)
    context.on("request", lambda request: visitor.asked.append(request.url))
    context.on("response", visitor.heard)
    context.on("console", lambda line: visitor.told.append(f"{line.type}: {line.text}"))
    context.on("weberror", lambda error: visitor.told.append(str(error.error)))
    try:
        yield visitor
        hosts = {urlsplit(url).netloc for url in visitor.asked}
        assert hosts <= {urlsplit(address).netloc}, hosts
        # Chromium tells of each refusal of ours on the console too.
        told = [line for line in visitor.told if "Failed to load resource" not in line]
        assert told == [], told
    finally:
        context.close()


def _has_focus(wanted: Locator) -> bool:
    return bool(wanted.evaluate("one => one === document.activeElement"))


_FOCUSED: Final = "document.activeElement.outerHTML.slice(0, 200)"
_FOCUS_IS_SEEN: Final = """() => {
  const one = document.activeElement;
  if (one === document.body) return true;
  const style = getComputedStyle(one), place = one.getBoundingClientRect();
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    && place.width > 0 && place.bottom > 0 && place.top < innerHeight;
}"""
_LOADED: Final = """() => [...document.querySelectorAll('link[rel=stylesheet], script[src]')]
  .map(one => one.href || one.src)"""
_TRANSFERRED: Final = """() => ['navigation', 'resource']
  .flatMap(kind => performance.getEntriesByType(kind)).map(one => one.encodedBodySize)"""
_TOO_WIDE: Final = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  return [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > most + 0.5)
    .map(one => one.outerHTML.slice(0, 100));
}"""
