"""The gateway, asked as people and portals ask it: on this machine, and from outside."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from broker.domain.routing.rules import Rules
from config.broker_sentences import told
from config.language import gettext, worded
from config.settings import Settings
from pintu.doctor.facts import Door, OutsideDoor
from pintu.doctor.finding import NotThere
from pintu.doctor.places import is_here
from pintu.doctor.probes.certificates import of_site

PAGES: Final = ("/lapor", "/lacak")
"""A citizen's."""
_DEFAULT: Final = ("127.0.0.1", 8080)
_OURS: Final = "X-Request-Id"
"""Every answer of the gateway has it."""
_HTTPS: Final = 443
_HTML: Final = "text/html"


async def look_at_door(settings: Settings, within: float) -> Door:
    """What answers where the settings say, and what at the address for outside.

    Raises:
        NotThere: there is to be no gateway.
    """
    if settings.gateway == "off":
        raise NotThere
    host, port = settings.gateway or _DEFAULT
    asked = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 -- asked, not bound
    address = f"http://[{asked}]:{port}" if ":" in asked else f"http://{asked}:{port}"
    timeout = aiohttp.ClientTimeout(total=within)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        answers = await asyncio.gather(*(_page(http, address + page) for page in PAGES))
        pages = dict(zip(PAGES, answers, strict=True))
        away = next((why for why, ours in answers if not ours), "")
        outside = await _outside(http, settings.gateway_url, within)
    return Door(
        address,
        settings.gateway is not None,
        is_here(host),
        away,
        {page: why for page, (why, ours) in pages.items() if why and ours},
        outside,
    )


def owners(rules: Rules) -> frozenset[str]:
    """Whom a key may be of."""
    channels = {f"channel.{code}" for code in rules.channels}
    return frozenset(channels | {f"agency.{code}" for code in rules.agencies})


async def _outside(
    http: aiohttp.ClientSession, url: str | None, within: float
) -> OutsideDoor | None:
    if url is None:
        return None
    parts = urlsplit(url)
    host = parts.hostname or ""
    why, _ = await _page(http, url.rstrip("/") + PAGES[0])
    tls = parts.scheme == "https"
    certificates = await of_site(host, parts.port or _HTTPS, within) if tls else ()
    return OutsideDoor(url, is_here(host), why, certificates)


async def _page(http: aiohttp.ClientSession, url: str) -> tuple[str, bool]:
    """What is wrong with a page, empty where nothing is; and whether the gateway answered."""
    try:
        async with http.get(url) as answer:
            ours = _OURS in answer.headers
            if not ours:
                return worded(
                    "something else answers there ({status})", status=answer.status
                ), False
            if answer.status != 200 or answer.content_type != _HTML:
                return f"answers {answer.status}, {answer.content_type}", True
            return "", True
    except TimeoutError:
        return gettext("no answer in time"), False
    except (aiohttp.ClientError, OSError, ValueError) as why:
        return told(why) or type(why).__name__, False
