"""What a command of the desk works with: the configuration, the cases and the time."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from broker.domain.case import Case
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.directory import AgencyDirectory
from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration
from broker.ports import CaseStore, TimeSource
from config.language import gettext, worded
from consumers.runtime.outside import Outside
from gateway.desk.naming import near
from schemas.identifiers import normalise_tracking


@dataclass(frozen=True, slots=True)
class DeskSession:
    """``agencies``: who there is, for names; the rules as a whole are loaded when somebody asks
    for them. ``where`` names the store, without its password; ``clock`` is fast in a demonstration;
    ``reach``: the way to RabbitMQ, gone only by what publishes."""

    agencies: AgencyDirectory
    clocks: SlaCalendar
    store: CaseStore
    clock: TimeSource
    where: str
    reach: Callable[[], AbstractAsyncContextManager[Outside]]
    load: Callable[[], Rules] | None = None
    """The rules of these agencies, at once after the first time; None where they are rules."""

    @property
    def rules(self) -> Rules:
        """The rules as a whole, which takes a second. Raises BadConfiguration."""
        if isinstance(self.agencies, Rules):
            return self.agencies
        if self.load is None:
            raise BadConfiguration(gettext("this desk has no rules, only a directory of agencies"))
        return self.load()

    def now(self) -> datetime:
        return self.clock.now()

    def today(self) -> date:
        """The local day."""
        return self.clocks.calendar.local_day(self.now())

    async def find(self, text: str) -> Case | None:
        """The case of a complaint_id or of a tracking code as somebody typed it."""
        try:
            complaint = UUID(text.strip())
        except ValueError:
            code = normalise_tracking(text)
            return None if code is None else await self.store.find_tracking(code)
        return await self.store.find(complaint)


def objection(code: str, directory: AgencyDirectory, on: date) -> str | None:
    """Why no agency of that day has that code, with the nearest ones that have; None if one has."""
    known = directory.agencies.get(code)
    if known is not None and known.active(on):
        return None
    if known is not None:
        successor = (
            worded("; its successor is {successor}", successor=known.successor)
            if known.successor
            else ""
        )
        return worded(
            "{code} ({name}) does not exist any more{successor}",
            code=code,
            name=known.name,
            successor=successor,
        )
    hint = near(code, directory, on)
    return worded("no agency has the code {code!r}", code=code) + (
        worded("; near are {hint}", hint=hint) if hint else ""
    )
