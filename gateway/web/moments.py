"""Moments as people here write them: ``4 Desember 2026 pukul 16.00 WIB``."""

from datetime import datetime, tzinfo

from config.language import Language
from gateway.web.words import MONTHS, MONTHS_EN


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """Day, month, year and time of day in the region's zone."""
    here = at.astimezone(zone)
    name = here.tzname() or ""  # WIB, WITA, WIT: tzdata has them
    if language == "en":
        return f"{here.day} {MONTHS_EN[here.month - 1]} {here.year}, {here:%H:%M} {name}"
    return f"{here.day} {MONTHS[here.month - 1]} {here.year} pukul {here:%H.%M} {name}"
