"""The folder of attachments and the virus scanner, as the gateway tries them."""

import asyncio
import ipaddress
from pathlib import Path

from broker.errors import BadConfiguration, FilesUnavailable, ScannerUnavailable
from config.broker_sentences import told
from config.settings import Settings, attachments_place
from gateway.attachments.folders import folder_of
from gateway.attachments.scanning import Scanner
from pintu.doctor.facts import Attachments
from pintu.doctor.finding import NotThere


async def look_at_attachments(settings: Settings) -> Attachments:
    """What a file would meet. Raises NotThere where no gateway has kept any, nor is set up to."""
    place = attachments_place(settings)
    if settings.attachments is None and settings.clamd is None and not Path(place).exists():
        raise NotThere
    return Attachments(
        _shown(settings, place),
        await asyncio.to_thread(_wrong, place),
        settings.clamd,
        await _silent(settings.clamd),
        _hidden(settings),
    )


def _shown(settings: Settings, place: str) -> str:
    """A URL may hold a password."""
    return "PINTU_ATTACHMENTS" if settings.attachments is not None and "://" in place else place


def _wrong(place: str) -> str:
    try:
        folder_of(place).check()
    except (BadConfiguration, FilesUnavailable) as why:
        return told(why)
    return ""


async def _silent(clamd: str | None) -> str:
    if clamd is None:
        return ""
    try:
        await Scanner(clamd).ping()
    except ScannerUnavailable as why:
        return told(why)
    return ""


def _hidden(settings: Settings) -> str:
    """The address in links where the gateway serves others, and nothing says how they reach it."""
    if settings.gateway_url is not None or settings.gateway is None or settings.gateway == "off":
        return ""
    host, port = settings.gateway
    try:
        nowhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        nowhere = False
    return f"{host}:{port}" if nowhere else ""
