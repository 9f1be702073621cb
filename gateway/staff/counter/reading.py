"""What the form of the counter says, as the data of a submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from broker.domain.clocks import WorkingCalendar
from broker.domain.routing.rules import Rules
from config.language import gettext
from gateway.desk.duty import day_of
from gateway.web.forms import Form
from gateway.web.pages import first
from schemas.identifiers import normalise_tracking

WALK_IN: Final = "walk-in"
TEXT: Final = 20_000
_LINE: Final = 300
_REPORTER: Final = ("name", "phone", "email", "national_id")
_KINDS: Final = ("complaint", "aspiration", "information_request")
GIVEN: Final = (
    *("kanal", "tanggal", "jam", "nomor", "title", "text", "kind", "oversight", "category"),
    *("agency", "village", "address", "latitude", "longitude", "anonymous", "confidential"),
    *(*_REPORTER, "follows"),
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field, and what is wrong with it in a sentence."""

    field: str
    why: str


def channels_by_hand(rules: Rules) -> list[tuple[str, str]]:
    """Codes and names of the channels of which people enter complaints, walk-in first; all where
    none says that it is one."""
    every = list(rules.channels.values())
    some = [one for one in every if one.by_hand] or every
    ordered = sorted(some, key=lambda one: one.code != WALK_IN)
    return [(one.code, one.name) for one in ordered]


def given(form: Form) -> dict[str, str]:
    """Every field as it was typed."""
    return {name: first(form, name, TEXT if name == "text" else _LINE) for name in GIVEN}


def data_of(
    said: Mapping[str, str], rules: Rules, calendar: WorkingCalendar, now: datetime
) -> dict[str, object] | list[Wrong]:
    """The data of a submission, or what is wrong with the form."""
    wrong = list[Wrong]()
    if not said["text"]:
        wrong.append(Wrong("text", gettext("The complaint has no text yet.")))
    if said["kanal"] not in dict(channels_by_hand(rules)):
        wrong.append(Wrong("kanal", gettext("Choose a channel.")))
    received = _received(said, calendar, now)
    if isinstance(received, Wrong):
        wrong.append(received)
    if said["follows"] and normalise_tracking(said["follows"]) is None:
        why = gettext("That is no tracking code: look for a wrong letter.")
        wrong.append(Wrong("follows", why))
    place = _place(said, rules)
    if isinstance(place, Wrong):
        wrong.append(place)
    if wrong:
        return wrong
    reporter = {name: said[name] for name in _REPORTER if said[name]}
    data: dict[str, object | None] = {
        "text": said["text"],
        "title": said["title"],
        "occurred_at": received,
        "classification": said["kind"] if said["kind"] in _KINDS else None,
        "oversight": True if said["oversight"] else None,
        "category": said["category"],
        "agency": said["agency"],  # the router knows codes, names and aliases
        "location": place,
        "reporter": reporter if not said["anonymous"] else None,  # nobody is to have it
        "anonymous": bool(said["anonymous"]),
        "confidential": bool(said["confidential"]),
        "follows": said["follows"],
        "external_id": said["nomor"],
    }
    return {name: value for name, value in data.items() if value not in (None, "", {})}


def _received(
    said: Mapping[str, str], calendar: WorkingCalendar, now: datetime
) -> str | Wrong | None:
    """When it came in on paper, with the region's offset."""
    if not said["tanggal"]:
        return None
    day, at = day_of(said["tanggal"]), time()
    try:
        at = time.fromisoformat(said["jam"]) if said["jam"] else at
    except ValueError:
        return Wrong("jam", gettext("A time is like 09:30."))
    if day is None or day.year < _EARLIEST.year:
        return Wrong("tanggal", gettext("A day is like 2026-03-31 or 31/3/2026."))
    moment = datetime.combine(day, at.replace(tzinfo=None), calendar.zone)
    if moment > now:
        return Wrong("tanggal", gettext("That day is still to come."))
    return moment.isoformat()


_EARLIEST: Final = date(2001, 1, 1)


def _place(said: Mapping[str, str], rules: Rules) -> dict[str, object] | Wrong:
    place: dict[str, object] = {}
    if said["village"] in rules.gazetteer.areas:
        place["region"] = said["village"]
    elif said["village"]:
        place["village"] = said["village"]
    if said["address"]:
        place["address"] = said["address"]
    if said["latitude"] or said["longitude"]:
        try:
            latitude = float(said["latitude"].replace(",", "."))
            longitude = float(said["longitude"].replace(",", "."))
        except ValueError:
            return Wrong("latitude", gettext("Coordinates are two numbers, as -2.98 and 106.45."))
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return Wrong("latitude", gettext("Coordinates are two numbers, as -2.98 and 106.45."))
        place |= {"latitude": latitude, "longitude": longitude}
    return place
