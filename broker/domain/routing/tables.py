"""What the rules files say, as frozen values: one class a table (docs/reference/rules.md)."""

from dataclasses import dataclass
from datetime import date

VILLAGE = "@village"
DISTRICT = "@district"
TRIAGE = "@triage"
PLACE_OFFICES = frozenset({VILLAGE, DISTRICT})
SPECIAL_AGENCIES = frozenset({VILLAGE, DISTRICT, TRIAGE})

REGION_LEVELS = frozenset({"kabupaten", "kota"})
DISTRICT_LEVEL = "kecamatan"
VILLAGE_LEVELS = frozenset({"kelurahan", "desa"})


def in_force(valid_from: date | None, valid_until: date | None, on: date) -> bool:
    """True from `valid_from` (inclusive) to `valid_until` (exclusive); None is without bound."""
    return (valid_from is None or valid_from <= on) and (valid_until is None or on < valid_until)


@dataclass(frozen=True, slots=True)
class Agency:
    """Who can be answerable. `code` is stable for ever, the rest may change."""

    code: str
    name: str
    kind: str = "opd"  # opd | bagian | territorial | external
    short: str | None = None
    level: str | None = None
    aliases: tuple[str, ...] = ()
    confirmed: bool = True
    note: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str | None = None

    def active(self, on: date) -> bool:
        """True where the agency exists on that day."""
        return in_force(self.valid_from, self.valid_until, on)


@dataclass(frozen=True, slots=True)
class When:
    """A condition of a topic: all of `attributes` (name, value) and `region` must hold."""

    agency: str
    attributes: tuple[tuple[str, str], ...] = ()
    region: str | None = None
    because: str | None = None
    supporting: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What complaints are about, how one recognises it, who is answerable. ``discretion``: people
    assign them each in their own way, so that no history tells who will be (decision 49)."""

    id: str
    name: str
    agency: str
    category: str | None = None
    lapor: tuple[int, ...] = ()
    supporting: tuple[str, ...] = ()
    oversight: bool = False
    discretion: bool = False
    phrases: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    against: tuple[str, ...] = ()  # `not` in the file
    when: tuple[When, ...] = ()
    to_named: bool = False  # where the text names an agency, that one answers
    note: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One value of an attribute (road class, school level, …) and the words that show it."""

    attribute: str
    id: str
    name: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """The region, one of its districts or villages. `code` and `parent` are Kemendagri codes."""

    code: str
    level: str
    name: str
    parent: str
    aliases: tuple[str, ...] = ()
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Road:
    """A named road; `road_class` is a value of the attribute `road`."""

    name: str
    road_class: str
    aliases: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Landmark:
    """A market, hospital, port, bridge, …: where it stands, and what conditions it shows."""

    name: str
    place: str  # Kemendagri code
    shows: tuple[tuple[str, str], ...] = ()  # attribute, value
    aliases: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Outside:
    """A province, regency, city or district that is not ours."""

    name: str
    level: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that the installation serves. ``by_hand``: people of the desk enter what comes by
    it."""

    code: str
    name: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """How people write: abbreviations, words that say nothing, names that are ordinary words."""

    expand: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()  # place names that count only after "desa", "kelurahan", …
    sayings: tuple[str, ...] = ()  # in which the name of a place is a word: "pakai payung"
    keep: tuple[str, ...] = ()  # words from which no affix is taken
    known: frozenset[str] = frozenset()  # words of no phrase, which are no typing errors either
    corrected: bool = True  # whether typing errors are read as the word that is meant


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences, 0 to 1: `auto` routes without a person; the others are fixed verdicts."""

    auto: float = 0.60
    picked: float = 0.95
    category: float = 0.95
