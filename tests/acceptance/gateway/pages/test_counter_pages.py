"""Parked messages, the counter, the recap and who is on duty, in a real browser: wide and narrow,
with scripts and without; axe finds nothing."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from schemas.properties import Properties
from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.rabbitmq.declared import client
from tests.support.eventually import eventually
from tests.unit.gateway.door import NOW

pytestmark = pytest.mark.long

LARGEST = 100_000
"""Bytes of a page with its files."""
HTML = 30_000
WAYS: list[tuple[str, tuple[int, int], dict[str, Any]]] = [
    ("id", WIDE, {}),
    ("en", NARROWEST, {"java_script_enabled": False}),
    ("id", NARROWEST, {"color_scheme": "dark"}),
]
BROKEN = b'{"text": "Lampu jalan mati di depan pasar lama",, "title": "Lampu"}'


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


@pytest.fixture(scope="module")
def parked(gateway_url: str, door: Door) -> None:
    """Some messages that could not be used: `door` has declared the queue."""

    async def publish() -> None:
        async with client(gateway_url) as someone:
            for n, (body, reason) in enumerate(
                [(BROKEN, "broken-json")] * 52 + [(b"\xff\xfeLampu", "not-utf8")]
            ):
                whole = Properties(message_id=f"m{n}", content_type="application/json")
                message = Incoming(body, "complaints.intake", "web", whole, False, 1)
                out = park(message, reason, "line 1, column 49", NOW)
                await someone.publish(
                    out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
                )

    asyncio.run(publish())


@contextmanager
def signed_in(
    visit: Visiting, rina: Officer, language: str, size: tuple[int, int], **settings: Any
) -> Iterator[Visitor]:
    """A browser with an officer's session in it."""
    with visit(language, size, **settings) as she:
        name, _, value = rina.cookie.partition("=")
        she.page.context.add_cookies([{"name": name, "value": value, "url": she.address}])
        yield she


def is_well(she: Visitor, *, scripts: bool) -> None:
    """The page has no fault that axe knows, fits its screen and is small."""
    if scripts:
        assert she.faults() == []
        assert she.size() < LARGEST
    assert she.too_wide() == []
    assert len(she.page.content().encode()) < HTML


@pytest.mark.parametrize(("language", "size", "settings"), WAYS)
def test_every_page_fits_every_screen_and_axe_finds_nothing(
    rina: Officer, parked: None, visit: Visiting, language: str, size: Any, settings: dict[str, Any]
) -> None:
    scripts = settings.get("java_script_enabled", True)
    rina.post("/meja/piket", _duty())
    with signed_in(visit, rina, language, size, **settings) as she:
        eventually(lambda: "broken" in _text(she, "/meja/parkir") or "rusak" in she.text("main"))
        group, message = _links(rina)
        for path in (
            *("/meja/parkir", group, f"{group}?halaman=2", message, f"{message}/ubah"),
            *("/meja/loket", "/meja/rekap", "/meja/piket"),
            "/meja/parkir/kerja/" + "0" * 32,
        )[: None if scripts else 1]:
            she.go(path)
            is_well(she, scripts=scripts)
        she.go("/meja/loket")
        she.page.fill("#text", "Lampu jalan mati di depan pasar")
        she.page.fill("#nomor", "REG-7")
        she.sends()
        assert len(she.text("#pin")) == 6
        is_well(she, scripts=scripts)
        she.follows("main a.button")
        assert she.page.locator("#text").input_value() == ""
        she.go(f"{message}/ubah")
        she.page.fill("#teks", '{"text": ""}')
        she.follows("button[name=look]")
        assert she.page.locator("[role=alert] #salah").count() == 1
        is_well(she, scripts=scripts)


def test_a_message_is_mended_and_becomes_a_complaint(
    door: Door, rina: Officer, parked: None, visit: Visiting
) -> None:
    with signed_in(visit, rina, "en", WIDE) as she:
        _, message = _links(rina)
        she.go(message)
        she.follows("a.button")
        she.page.fill("#teks", json.dumps({"text": "lampu jalan mati di Toboali"}))
        she.follows("button[name=send]")
        she.page.wait_for_selector("#kerja .done")
        is_well(she, scripts=True)
        assert "has left the queue" in she.text("#kerja")
        she.go(message)
        assert "not parked any more" in she.text("h1")


def test_the_recap_is_copied_with_one_button(door: Door, rina: Officer, visit: Visiting) -> None:
    filed = door.files("lampu jalan mati", name="x")
    door.until(filed, "routed")
    with signed_in(
        visit, rina, "en", WIDE, permissions=["clipboard-read", "clipboard-write"]
    ) as she:
        eventually(lambda: filed["tracking"] in _text(she, "/meja/rekap"))
        she.page.click("[data-copy]")
        eventually(lambda: she.text("[data-copy]") == "Copied")
        assert filed["tracking"] in she.page.evaluate("navigator.clipboard.readText()")


def _text(she: Visitor, path: str) -> str:
    she.go(path)
    return she.text("main")


def _links(rina: Officer) -> tuple[str, str]:
    page = rina.page("/meja/parkir")
    group = page.split('href="/meja/parkir/kelompok/', 1)[1][:12]
    shown = rina.page(f"/meja/parkir/kelompok/{group}")
    message = shown.split('href="/meja/parkir/pesan/', 1)[1][:16]
    return f"/meja/parkir/kelompok/{group}", f"/meja/parkir/pesan/{message}"


def _duty() -> dict[str, str]:
    days = {"dari": "2026-01-01", "sampai": "2027-12-31"}
    return {"id": "a" * 32, "opd": "dlh", **days, "nama": "Budi Santoso", "telepon": "0812-34"}
