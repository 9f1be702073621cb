"""What an agency's inbox asks the case store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from broker.domain.case import Case
from broker.domain.case.inbox import Place, Tab


class Inbox(Protocol):
    """The cases of one agency, by ``broker.domain.case.inbox``. Every method may raise
    StoreUnavailable."""

    async def counts(self, agency: str, at: datetime) -> Mapping[Tab, int]:
        """How many cases lie in each tab at that moment; of every tab."""

    async def page(
        self, agency: str, tab: Tab, at: datetime, most: int, after: Place | None = None
    ) -> Sequence[Case]:
        """The next cases of a tab behind that place, in the order of ``place_in``."""

    async def mentioning(self, agency: str, words: str, most: int) -> Sequence[Case]:
        """Open cases that the agency leads, or owes something in, in whose complaint (title, text,
        place, external_id) or conversation these words stand, whatever their case; the newest
        first. Where the agency leads more than a thousand, those that it leads may come before
        those in which it supports; of a word that thousands of cases hold the newest are found."""
