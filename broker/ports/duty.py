"""Who is on duty for an agency: its liaison officer of some days, and a deputy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Contact:
    """An officer, and how to reach them; what is not known is empty."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """An agency's liaison officer from one day to another, both included, and who wrote it down
    last."""

    id: str
    agency: str
    first: date
    last: date
    officer: Contact
    deputy: Contact | None
    changed_by: str
    changed_at: datetime

    def holds(self, day: date) -> bool:
        """Whether it is for that day."""
        return self.first <= day <= self.last


class DutyStore(Protocol):
    """Every method may raise StoreUnavailable."""

    async def add_duties(self, duties: Sequence[Duty]) -> None:
        """Keep new ones, all in one transaction. Their ids are nobody's yet."""

    async def change_duty(self, before: Duty, after: Duty) -> bool:
        """The new value in place of the old one, of the same id; False, and nothing changed, where
        somebody else changed it meanwhile or it is gone."""

    async def remove_duty(self, duty: Duty) -> bool:
        """Gone; False where somebody else changed it meanwhile or it is gone already."""

    async def duty(self, id: str) -> Duty | None:
        """One of them."""

    async def duties(
        self, first: date, last: date, agencies: Collection[str] | None = None
    ) -> list[Duty]:
        """Those that hold on any day from the first to the last, of some agencies or of all; by
        agency, first day and id."""

    async def forget_duties(self, before: date) -> int:
        """Drop those that ended before that day; how many."""
