"""Moments as people read them."""

from datetime import datetime, tzinfo

from babel.dates import format_datetime

from config.language import Language


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """``4 Desember 2026 pukul 16.00 WIB``, ``4 December 2026, 16:00 WIB``."""
    here = at.astimezone(zone)
    form = "d MMMM y, HH:mm" if language == "en" else "d MMMM y 'pukul' HH.mm"
    return f"{format_datetime(here, form, here.tzinfo, language)} {here.tzname() or ''}"
