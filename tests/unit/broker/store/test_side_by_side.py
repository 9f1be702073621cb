"""Both stores of one process may be opened at one moment, as `pintu run all` does."""

import asyncio
from pathlib import Path

from broker.store.cases import open_case_store
from broker.store.journal import open_journal


async def test_journal_and_cases_are_migrated_side_by_side(tmp_path: Path) -> None:
    for attempt in range(5):
        journal, cases = await asyncio.gather(
            open_journal(f"sqlite:///{tmp_path}/{attempt}-journal.sqlite3"),
            open_case_store(f"sqlite:///{tmp_path}/{attempt}-cases.sqlite3"),
        )
        await journal.check()
        await cases.check()
        await journal.close()
        await cases.close()
