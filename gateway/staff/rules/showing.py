"""What the pages of the rules share: their templates, words for codes, lists in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import DISTRICT, TRIAGE, VILLAGE, When
from config.language import gettext, marked
from gateway.staff.layout import templates

TEMPLATES: Final = templates("gateway.staff.rules")
FIRST: Final = "/meja/aturan"
AT_ONCE: Final = 50
_ASKED: Final = 100
"""Characters of what is looked for."""
_SPECIAL: Final = {
    VILLAGE: marked("The village office of the place"),
    DISTRICT: marked("The district office of the place"),
    TRIAGE: marked("The desk decides"),
}
KINDS: Final = {
    "opd": marked("Regional agency (OPD)"),
    "bagian": marked("Division of the secretariat"),
    "territorial": marked("District or village office"),
    "external": marked("Outside body"),
}
LEVELS: Final = {
    "central": marked("central government"),
    "province": marked("province"),
    "state-company": marked("state company"),
    "regional-company": marked("regional company"),
}
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[_Row]):
    """Rows of one page of a list, counted from 1; ``of``: how many pages, ``total``: rows."""

    rows: Sequence[_Row]
    number: int
    of: int
    total: int


def part(rows: Sequence[_Row], number: int) -> Part[_Row]:
    """The rows of a page; of one that there is not, those of the nearest."""
    of = max(1, -(-len(rows) // AT_ONCE))
    number = min(max(number, 1), of)
    return Part(rows[(number - 1) * AT_ONCE : number * AT_ONCE], number, of, len(rows))


def asked(text: str) -> str:
    """What somebody looks for, bounded."""
    return " ".join(text.split())[:_ASKED]


def called(code: str | None, rules: Rules) -> str:
    """An agency by its name; the desk, and offices that a place tells, in words."""
    if code is None:
        return gettext("The desk")
    return gettext(_SPECIAL[code]) if code in _SPECIAL else rules.agency_name(code)


def condition(when: When, rules: Rules) -> str:
    """On what a topic goes elsewhere: ``Jalan nasional, Kecamatan Toboali``."""
    named = [
        value.name if (value := rules.attributes.get(one)) else " ".join(one)
        for one in when.attributes
    ]
    area = rules.gazetteer.areas.get(when.region or "")
    if area is not None:
        named.append(f"{area.level.capitalize()} {area.name}")
    return ", ".join(named) or gettext("always")
