"""`pintu rules learn --from-store`: from the cases, and in force only where it is better."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from broker.errors import BadConfiguration, PintuError
from config.language import gettext, worded, worded_many
from gateway.text.printable import say, say_json
from pintu.cli.rules.history_file import fail
from pintu.cli.rules.said_names import refuse

if TYPE_CHECKING:  # imported where needed: other commands start without it
    from config.loading.names import Names
    from pintu.rules.learning.history import History
    from pintu.rules.renewing.records import Record

_FEWEST = 75
"""Rows without which nothing can be held back and the rest be learned from."""


def learn_anew(
    config: Path,
    base: Path | None,
    *,
    precision: float | None,
    name: str | None,
    unless_since: datetime | None,
    said_names: "Callable[[], Names]",
    as_json: bool,
) -> None:
    """Learn from the store and from `base`; what came of it is said, and kept beside DIR, as is
    what `said_names` says of names.

    Ends the command with exit code 2 where there is nothing to learn from, with 78 where a name may
    be an agency of DIR and nobody said so.
    """
    from pintu.app import system_clock
    from pintu.cli.local_day import today
    from pintu.rules.learning.twins import LikelyTwins
    from pintu.rules.learning.writing import Busy
    from pintu.rules.renewing.installing import keep_what_is_said
    from pintu.rules.renewing.regime import learn_anew as learned
    from pintu.rules.renewing.regime import note_failure

    now = system_clock().now()

    def tell(what: str) -> None:
        say(f"{what} ...", err=True)

    try:
        if config.is_dir():  # elsewhere there is no agency that one could be
            keep_what_is_said(config, said_names())
    except BadConfiguration as error:
        fail(worded("{error}\n{config} is as it was", error=error, config=config))
    try:
        history = asyncio.run(_history(base, tell))
    except PintuError as error:
        note_failure(config, str(error), now)
        if isinstance(error, BadConfiguration):
            fail(worded("{error}\n{config} is as it was", error=error, config=config))
        raise
    try:  # what fails from here on is in the log already
        record = learned(
            history,
            config,
            now=now,
            on=today(config if (config / "rules.toml").exists() else None),
            precision=precision,
            name=name,
            unless_since=unless_since,
            say=tell,
        )
    except Busy as error:  # no failure: the other one does it
        say(worded("error: {message}", message=error), err=True)
        raise typer.Exit(os.EX_TEMPFAIL) from None
    except LikelyTwins as error:
        refuse(error, config)
    except BadConfiguration as error:
        fail(worded("{error}\n{config} is as it was", error=error, config=config))
    if as_json:
        say_json(record.model_dump(mode="json"))
    else:
        say(told(record, config))


async def _history(base: Path | None, tell: Callable[[str], None]) -> "History":
    """Of the store and of the file. Raises BadConfiguration where there is too little."""
    from config.settings import load_settings
    from pintu.app import open_desk
    from pintu.rules.evaluating.collecting import Collector
    from pintu.rules.learning.history import read_history
    from pintu.rules.renewing.joining import joined

    settings = load_settings()
    earlier = []
    for file in (_collected(settings.learn_history), base or settings.learn_base):
        if file is not None:
            tell(worded("reading {source}", source=file))
            earlier.append(read_history(file))
    async with open_desk() as here:
        tell(worded("reading {source}", source=here.where))
        collector = Collector(here.store, here.rules, here.clocks.calendar)
        history = await joined(collector.rows(), *earlier)
    if len(history.rows) < _FEWEST:
        raise BadConfiguration(
            worded(
                "{where}: {rows} usable rows are too few to learn from; {fewest_rows} are the "
                "least: wait until agencies have answered more, or name a history with --base",
                where=here.where,
                rows=len(history.rows),
                fewest_rows=_FEWEST,
            )
        )
    return history


def _collected(file: Path | None) -> Path | None:
    """The file of the settings, if it has been written yet."""
    return file if file is not None and file.exists() else None


def told(record: "Record", config: Path) -> str:
    """A learning in words: what came of it, the figures, and why."""
    lines = [
        worded_many(
            "{config}: {n:,} row, the newest {newest:,} held back",
            "{config}: {n:,} rows, the newest {newest:,} held back",
            record.rows,
            config=config,
            newest=record.newest,
        )
    ]
    if record.left_out:
        lines.append(
            worded("{rows:,} rows of days with doubtful labels were left out", rows=record.left_out)
        )
    for side, figures in ((gettext("in force"), record.old), (gettext("candidate"), record.new)):
        if figures is not None:
            lines.append(
                worded(
                    "{side}: {routed:,} routed by itself, {right:,} of them rightly; "
                    "right agency first {first:,}",
                    side=side,
                    routed=figures.routed,
                    right=figures.routed_right,
                    first=figures.first_right,
                )
            )
    return "\n".join([*lines, conclusion(record)])


def conclusion(record: "Record") -> str:
    """Whether it was put in force, and why."""
    sentences = {
        "better": gettext("better: it is in force"),
        "not-better": gettext("not better than luck would have it: what is in force stays"),
        "less-precise": gettext(
            "less of what it routes by itself is right: what is in force stays"
        ),
        "worse-before": gettext(
            "worse on the rows before the newest, though it has learned from them: kept aside; "
            "look at the newest labels"
        ),
        "labels": gettext(
            "the newest labels are unlike all before: kept aside. Look at who assigned them; where "
            "they are right, put it in force with `pintu rules back`"
        ),
        "too-few": gettext("too few new complaints to try a candidate on: what is in force stays"),
        "interrupted": gettext("interrupted before it was put in force"),
    }
    return sentences.get(record.reason, record.detail)
