"""The processes of the program on this machine, as they tell over HTTP."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from config.broker_sentences import told
from config.language import gettext, worded
from config.settings import Settings
from consumers.runtime.service import PORTS
from pintu.doctor.facts import Process
from pintu.doctor.finding import Seen, seen, unseen

_INFO: Final = ("pintu_build_info", "pintu_rules_info")
_RULES: Final = ("rules", "table")
"""Labels that name the rules in force."""
_REFUSED: Final = "pintu_rules_refused"
_MOST_BYTES: Final = 8 << 20


async def look_at_processes(settings: Settings, within: float) -> Seen[tuple[Process, ...]]:
    """Those that answer where ``PINTU_HTTP`` says, or at the ports that they have otherwise."""
    if settings.http == "off":
        return unseen(gettext("PINTU_HTTP is off: what runs does not tell"))
    addresses = _addresses(settings.http)
    timeout = aiohttp.ClientTimeout(total=within)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        looks = [_look(session, f"http://{host}:{port}") for host, port in addresses]
        found = [one for one in await asyncio.gather(*looks) if one is not None]
    if not found:
        asked = ", ".join(f"{host}:{port}" for host, port in addresses)
        return unseen(
            worded("no process of the program answers on this machine ({asked})", asked=asked)
        )
    return seen(tuple(found))


def _addresses(given: tuple[str, int] | None) -> Sequence[tuple[str, int]]:
    if given is None:
        return [("127.0.0.1", port) for port in sorted(set(PORTS.values()))]
    host, port = given
    if host in ("0.0.0.0", "::"):  # noqa: S104 -- asked there, not bound
        host = "127.0.0.1"
    return [(f"[{host}]" if ":" in host else host, port)]


async def _look(session: aiohttp.ClientSession, url: str) -> Process | None:
    """None where nobody answers, or somebody else does."""
    try:
        async with session.get(f"{url}/readyz") as answer:
            wanting: Mapping[str, object] = (await answer.json())["wanting"]
        async with session.get(f"{url}/metrics") as answer:
            text = (await answer.content.read(_MOST_BYTES)).decode()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, LookupError, TypeError):
        return None
    labels, refused = _told(text)
    rules = next((labels[name] for name in _RULES if name in labels), None)
    conditions = {str(name): told(str(why)) for name, why in wanting.items()}
    return Process(url, conditions, labels.get("version"), rules, refused)


def _told(text: str) -> tuple[Mapping[str, str], bool]:
    """The labels of what a process says of itself, and whether it refused rules."""
    labels: dict[str, str] = {}
    refused = False
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in _INFO and sample.value:
                labels |= sample.labels
            refused = refused or (sample.name == _REFUSED and sample.value > 0)
    return labels, refused
