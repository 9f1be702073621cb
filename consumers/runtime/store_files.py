"""Looks at the files of an SQLite store before a process works on them."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from broker.errors import BadConfiguration
from config.settings import Settings

log = structlog.get_logger()

WITHIN: Final = 3.0
"""Seconds for each file; `pintu store check` takes as long as it takes."""


async def examine_files(settings: Settings, within: float = WITHIN) -> None:
    """Refuse damaged files: a copy that was made with `cp` of a running store can be read and
    written for days before somebody meets the page that is wrong.

    Raises:
        BadConfiguration: one is damaged; the message says which and what to do.
        StoreUnavailable: one cannot be read.
    """
    if settings.database_url is not None:
        return
    for name in ("journal", "cases", "gateway"):
        path = settings.state_dir / f"{name}.sqlite3"
        if path.exists():
            await asyncio.to_thread(_examine, path, within)


def _examine(path: Path, within: float) -> None:
    # Late: nobody loads the driver of a database that he does not use.
    from broker.store.backup import damage, examine

    try:
        wrong = examine(path, within)
    except TimeoutError:
        log.warning("store.not_examined", file=path.name, seconds=within)
        return
    if wrong is not None:
        log.error("store.damaged", file=path.name)
        raise BadConfiguration(damage(path, wrong))
