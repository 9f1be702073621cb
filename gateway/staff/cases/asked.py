"""What a search asks for, as its form sends it: read, refused in words, and written back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, get_args
from urllib.parse import urlencode
from uuid import UUID

from broker.domain.case import CaseFilter, State, terms_of
from broker.domain.case.listing import SHORTEST_PHONE, digits
from broker.messaging import names
from broker.ports import ListPlace
from config.language import gettext
from gateway.desk.naming import NotAnAgency, agency_named
from gateway.desk.session import DeskSession
from schemas.complaint import Classification

FIELDS: Final = (
    *("q", "tempat", "telp", "instansi", "status", "kanal", "jenis", "topik"),
    *("dari", "sampai", "lewat", "urut"),
)
"""Names of the form, in order."""
OLDEST: Final = "lama"
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """``given``: the fields that hold something, as they were sent; ``wanted``: None where
    ``problems`` say what cannot be looked for."""

    given: Mapping[str, str]
    wanted: CaseFilter | None
    problems: tuple[str, ...] = ()
    after: ListPlace | None = None

    def path(self, **more: str) -> str:
        """The address of the same search, or of its next page."""
        query = urlencode({**self.given, **more})
        return f"/meja/kasus?{query}" if query else "/meja/kasus"


def asked(query: Mapping[str, str], office: DeskSession) -> Asked:
    """What was asked for. What no form of ours sends is left out."""
    reading = _Reading(query, office)
    wanted = reading.wanted()
    problems = tuple(reading.problems)
    after = place_of(query.get("sesudah", ""))
    return Asked(reading.given, None if problems else wanted, problems, after)


def agency_meant(text: str, office: DeskSession, *, ended: bool = False) -> str:
    """The code of the agency that somebody wrote. Raises NotAnAgency."""
    return agency_named(text, office.agencies, office.today(), ended=ended)


def no_agency(text: str) -> str:
    """What is said where nobody, or more than one, can be meant."""
    return gettext("No agency, or more than one, is called so: {text}").format(text=text)


def topic_meant(text: str | None, office: DeskSession) -> str | None:
    """The id of the topic that somebody wrote by its id or name; any other is a category."""
    if text is None:
        return None
    named = (one.id for one in office.rules.topics if one.name.casefold() == text.casefold())
    return next(named, text)


def place_of(text: str) -> ListPlace | None:
    """The place behind which a page begins, as ``shown_place`` writes it."""
    moment, _, id = text.partition("_")
    try:
        at, complaint = datetime.fromisoformat(moment), UUID(id)
    except ValueError:
        return None
    return (at, complaint) if at.tzinfo is not None else None


def shown_place(place: ListPlace) -> str:
    """A place in an address."""
    return f"{place[0].isoformat().replace('+00:00', 'Z')}_{place[1]}"


@dataclass(slots=True)
class _Reading:
    query: Mapping[str, str]
    office: DeskSession
    given: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in FIELDS:
            text = self.query.get(name, "").replace("\0", "").strip()[:_LONGEST]
            if text:
                self.given[name] = text

    def wanted(self) -> CaseFilter:
        whose = self._agency()
        state, kind = self.given.get("status", ""), self.given.get("jenis", "")
        known: dict[str, Classification] = {one: one for one in get_args(Classification)}
        return CaseFilter(
            state=State(state) if state in set(State) else None,
            agency=None if whose == names.TRIAGE else whose,
            at_desk=whose == names.TRIAGE,
            overdue_at=self.office.now() if "lewat" in self.given else None,
            since=self._day("dari"),
            until=self._day("sampai", ends=True),
            channel=self.given.get("kanal"),
            topic=topic_meant(self.given.get("topik"), self.office),
            text=self._words("q"),
            newest_first=self.given.get("urut") != OLDEST,
            classification=known.get(kind),
            place=self._words("tempat"),
            phone=self._phone(),
        )

    def _agency(self) -> str | None:
        """A code, a name or an alias; an agency that ended may still have cases."""
        text = self.given.get("instansi")
        if text is None or text == names.TRIAGE:
            return text
        try:
            code = agency_meant(text, self.office, ended=True)
        except NotAnAgency:
            self.problems.append(no_agency(text))
            return None
        self.given["instansi"] = code
        return code

    def _words(self, name: str) -> str | None:
        text = self.given.get(name)
        return text if text and terms_of(text) else None

    def _phone(self) -> str | None:
        text = self.given.get("telp")
        if text is not None and len(digits(text)) < SHORTEST_PHONE:
            self.problems.append(
                gettext("Give at least {n} last digits of the telephone number.").format(
                    n=SHORTEST_PHONE
                )
            )
            return None
        return text

    def _day(self, name: str, *, ends: bool = False) -> datetime | None:
        """The beginning of a local day, or of the one after it."""
        text = self.given.get(name)
        if text is None:
            return None
        try:
            day = date.fromisoformat(text) + timedelta(days=int(ends))
            zone = self.office.clocks.calendar.zone
            return datetime(day.year, day.month, day.day, tzinfo=zone)
        except (ValueError, OverflowError):
            self.problems.append(gettext("This is no date: {text}").format(text=text))
            return None
