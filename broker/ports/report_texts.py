"""What people write in the evaluation for leaders, kept by period with every earlier version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReportText:
    """One version of a text. ``period``: 2026-10 and the like; ``field``: which text of it is;
    ``n``: its number, from 1; ``by``: the name of who wrote it. Nothing is ever changed in it."""

    period: str
    field: str
    n: int
    text: str
    by: str
    at: datetime


class ReportTexts(Protocol):
    """Every method may raise StoreUnavailable."""

    async def write(self, version: ReportText) -> bool:
        """Keep a version that follows the newest one, by its number; False, and nothing changed,
        where somebody else wrote that one, or it skips one."""

    async def texts(self, periods: Collection[str]) -> list[ReportText]:
        """The newest version of each text of these periods, by period and field."""

    async def versions(self, period: str, field: str) -> list[ReportText]:
        """All versions of a text, the newest first."""
