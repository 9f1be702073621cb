"""Agencies as people type them: there are too many for a list on a page."""

from dataclasses import dataclass
from datetime import date

from broker.domain.routing.directory import AgencyDirectory
from gateway.desk.naming import NotAnAgency, agency_named

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Typed:
    """``text``: as somebody typed it; ``code``: whom it means; ``fault``: why it means nobody."""

    text: str = ""
    code: str | None = None
    fault: str | None = None


def typed(text: str, directory: AgencyDirectory, on: date) -> Typed:
    """Whom a code, a name or an alias means; one that has ended counts too. Nothing: nobody."""
    text = " ".join(text[:LONGEST].split())
    if not text:
        return Typed()
    try:
        return Typed(text, agency_named(text, directory, on, ended=True))
    except NotAnAgency as why:
        return Typed(text, None, str(why))
