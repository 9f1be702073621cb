"""Moments to the second, for whoever runs the system."""

from datetime import UTC, datetime

from config.language import language


def exact(at: datetime) -> str:
    """``2026-12-04T16:00:00+07:00``; in Indonesian ``4 Desember 2026 16.00.00 +0700``."""
    if language() == "en":
        return at.isoformat(timespec="seconds")
    # Babel takes long to import, and few commands need it.
    from babel.dates import format_datetime  # noqa: PLC0415  # see above

    zone = "UTC" if at.tzinfo in (None, UTC) else f"{at:%z}"
    return f"{format_datetime(at, 'd MMMM y HH.mm.ss', at.tzinfo, 'id')} {zone}"
