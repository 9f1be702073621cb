"""The desk by the keyboard alone: what waits, and the ways in which it leaves the list."""

from typing import Final

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import Visitor
from tests.support.eventually import eventually

BETWEEN: Final = "sampah menumpuk dan jalan rusak, mohon dibantu nomor"
"""The rules are not sure who answers."""


def enters(officer: Officer, she: Visitor) -> None:
    """Sign in."""
    she.go("/masuk")
    she.page.fill("#name", officer.name)
    she.page.fill("#password", officer.password)
    she.enters()


def waiting(officer: Officer) -> int:
    page = officer.page("/meja?bahasa=en")
    return int(page.partition("Waits for the desk: ")[2].partition("<")[0])


def fill(door: Door, rina: Officer, words: str, many: int) -> list[str]:
    """So many complaints wait for the desk."""
    before = waiting(rina)
    codes = [str(door.files(f"{words} {n}")["tracking"]) for n in range(many)]
    eventually(lambda: waiting(rina) == before + many, saying="all of them wait")
    return codes


def at(she: Visitor) -> str:
    """The case on show, once the keyboard is there."""
    she.page.wait_for_function("() => document.activeElement?.id === 'kasus'")
    return she.text("#kasus")


def decides(she: Visitor, step: int) -> str:
    """One of the ways in which a complaint leaves the list; what is said by it."""
    keys = she.page.keyboard
    match (step + 1) % 5:
        case 0 | 1:
            keys.press("1")
            return "assigned"
        case 2:
            keys.press("o")
            keys.type("inspektorat")
            keys.press("Enter")
            return "assigned"
        case 3:
            keys.press("t")
            keys.press("ArrowDown")
            keys.press("Control+Enter")
            return "held"
        case _:
            keys.press("x")
            keys.press("ArrowDown")
            keys.press("Control+Enter")
            return "dismissed"
