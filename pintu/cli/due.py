"""`pintu due`: when a deadline falls, for people and scripts. Only the deadline is on stdout."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from broker.domain.clocks import Hold, calendar_cautions, due_at
from broker.errors import BadConfiguration
from config.language import gettext, worded
from gateway.text.printable import say
from pintu.app import clocks_of
from pintu.cli.exit_codes import BAD_USE


def due(
    start: Annotated[
        str,
        typer.Argument(
            metavar="START",
            help="When the clock starts, ISO 8601. Without an offset it is local time "
            "(of the configuration, zone in sla.toml); a date alone is its first moment.",
        ),
    ],
    days: Annotated[int, typer.Argument(metavar="DAYS", min=1, help="Working days.")],
    held: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FROM..TO", help="A hold, two moments like START. May be given repeatedly."
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="PINTU_CONFIG_DIR",
            help="The configuration folder; the shipped one by default.",
        ),
    ] = None,
) -> None:
    """When a deadline of DAYS working days falls that starts at START.

    It falls at the close of business of the last of these days; the day of START, in local time,
    is not one of them. A hold moves it on by as many working days as closes of business passed.

    Example: pintu due 2025-02-04T16:00 3

    Example: pintu due 2025-02-04T16:00 3 --held 2025-02-05T09:00..2025-02-06T09:00
    """
    try:
        clocks = clocks_of(config)
    except BadConfiguration as error:
        say(str(error), err=True)
        raise typer.Exit(BAD_USE) from None
    calendar = clocks.calendar
    began = _moment(start, calendar.zone, "START")
    holds = [_hold(text, calendar.zone) for text in held or ()]
    try:
        deadline = due_at(calendar, began, days, holds)
        doubts = calendar_cautions(calendar, calendar.local_day(began), deadline.date())
    except OverflowError:
        raise typer.BadParameter(gettext("the deadline lies outside the years 1 to 9999")) from None
    _warn((*clocks.warnings, *doubts))
    say(deadline.isoformat())


def _warn(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(worded("warning: {sentence}", sentence=sentence), err=True)


def _hold(text: str, zone: tzinfo) -> Hold:
    start, dots, end = text.partition("..")
    if not dots:
        raise typer.BadParameter(worded("{text!r} is not FROM..TO", text=text), param_hint="--held")
    try:
        return Hold(_moment(start, zone, "--held"), _moment(end, zone, "--held"))
    except ValueError:
        raise typer.BadParameter(
            worded("{text!r} ends before it starts", text=text), param_hint="--held"
        ) from None


def _moment(text: str, zone: tzinfo, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            worded("{text!r} is no moment in ISO 8601, such as 2025-02-04T16:00", text=text),
            param_hint=where,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
