"""Moments as one types them: a day, a moment in ISO 8601, or how long ago."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import typer

from config.language import gettext, marked, worded

_AGO: Final = re.compile(r"([0-9]{1,5})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

METAVAR: Final = "TIME"
HELP: Final = marked(
    "a day (2026-02-01), a moment (2026-02-01T09:30) or how long ago (45m, 6h, 3d, 2w)"
)


def moment_of(text: str, now: datetime, zone: tzinfo, hint: str, *, ends: bool = False) -> datetime:
    """The moment of an option, in local time where it has no offset.

    ``ends``: a day is meant up to its end, which gives the first moment of the next.

    Raises:
        typer.BadParameter: it is no moment; names the option, ``hint``.
    """
    words = text.strip().lower()
    ago = _AGO.fullmatch(words)
    try:
        if ago:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text.strip())
        if _DAY.fullmatch(words) and ends:
            moment += timedelta(days=1)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment.astimezone(UTC)  # which the first and last day of all years may not have
        return moment
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            worded("{text!r} is no time: give {help}", text=text, help=gettext(HELP)),
            param_hint=hint,
        ) from None
