"""Which cases a list is of: what somebody at the desk may look for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from broker.domain.case.case import Case, State
from broker.domain.case.conversation import Said
from broker.domain.case.deadlines import open_deadlines
from broker.domain.case.words import folded, missing, places_of, said_texts, terms_of, texts_of
from schemas.complaint import Classification, PublicComplaint

SHORTEST_PHONE: Final = 4
"""Digits of a telephone number by which somebody may be looked for: fewer fit too many people."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Everything that is given must fit; closed cases only where ``state`` asks for them.

    ``overdue_at``: they owe something whose deadline lies before that moment. ``since`` and
    ``until``: of the moment at which the case began; ``routed_since``: of the last time at which
    it went to somebody. ``at_desk``: those that no agency has. ``supporting``: an agency that
    supports. ``topic``: of the decision, or the category of the complaint. ``text``: words,
    whatever their case and order, in the complaint (title, text, address, village, district,
    external_id) or in what was said, also inside of longer words; together where they stand in
    quotation marks. ``place``: such words in address, village or district. ``phone``: the last
    digits of the reporter's telephone number; an anonymous reporter has none. A closed case has
    these only until its words are dropped. ``newest_first``: in the order of the moment at which
    they began, backwards.
    """

    state: State | None = None
    agency: str | None = None
    overdue_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    routed_since: datetime | None = None
    channel: str | None = None
    at_desk: bool = False
    supporting: str | None = None
    topic: str | None = None
    text: str | None = None
    newest_first: bool = False
    classification: Classification | None = None
    place: str | None = None
    phone: str | None = None

    @property
    def looks_inside(self) -> bool:
        """Whether it asks for what only the case itself tells, so that each must be read."""
        of_case = (self.routed_since, self.supporting, self.topic, self.classification)
        return self.asks_for_words or any(value is not None for value in of_case)

    @property
    def asks_for_words(self) -> bool:
        """Whether it asks for what people wrote, which a closed case loses in time."""
        return any(value is not None for value in (self.text, self.place, self.phone))

    def fits(self, case: Case) -> bool:
        """Whether a case is one of the list, apart from ``text``."""
        return self.fits_facts(facts_of(case))

    def fits_facts(self, facts: "Facts") -> bool:
        """The same of what was taken out of a case."""
        return all(check(facts) for check in checks_of(self))


EVERY_OPEN: Final = CaseFilter()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a case is looked for by, apart from the words in it.

    ``late_from``: the first deadline that somebody can be late for; ``place``: ``folded``;
    ``phone``: digits.
    """

    state: State
    agency: str | None
    channel: str
    classification: Classification
    opened_at: datetime
    routed_at: datetime
    late_from: datetime | None
    supporting: tuple[str, ...]
    topics: tuple[str, ...]
    place: str
    phone: str


Check = Callable[[Facts], bool]


def facts_of(case: Case) -> Facts:
    """Of a case that comes with its complaint."""
    return Facts(
        state=case.state,
        agency=case.agency,
        channel=case.channel,
        classification=case.classification,
        opened_at=case.opened_at,
        routed_at=case.routed_at,
        late_from=min((due for _, _, due in open_deadlines(case)), default=None),
        supporting=tuple(other.agency for other in case.supporting),
        topics=_topics(case),
        place=folded(places_of(case.complaint)),
        phone=_phone(case),
    )


def digits(text: str) -> str:
    """The digits of a telephone number, however it is written."""
    return "".join(sign for sign in text if sign.isascii() and sign.isdecimal())


@lru_cache(maxsize=256)
def checks_of(wanted: CaseFilter) -> Sequence[Check]:
    """A check for each thing that is asked for; ``text`` is none of them."""
    return tuple(_checks(wanted))


def mentions(complaint: PublicComplaint | None, text: str) -> bool:
    """Whether a complaint has these words, see ``CaseFilter.text``."""
    return not missing_in(complaint, terms_of(text))


def said_in(conversation: Iterable[Said], text: str) -> bool:
    """Whether these words were said."""
    return not missing_in_said(conversation, terms_of(text))


def missing_in(complaint: PublicComplaint | None, terms: Iterable[str]) -> tuple[str, ...]:
    """Those of these terms that a complaint does not have."""
    return missing(terms, folded(texts_of(complaint)))


def missing_in_said(conversation: Iterable[Said], terms: Iterable[str]) -> tuple[str, ...]:
    """Those of these terms that nobody has said."""
    return missing(terms, folded(said_texts(conversation)))


def _checks(wanted: CaseFilter) -> Iterator[Check]:
    state, agency, channel = wanted.state, wanted.agency, wanted.channel
    if state is None:
        yield lambda facts: facts.state is not State.CLOSED
    else:
        yield lambda facts: facts.state is state
    if agency is not None:
        yield lambda facts: facts.agency == agency
    if wanted.at_desk:
        yield lambda facts: facts.agency is None
    if channel is not None:
        yield lambda facts: facts.channel == channel
    if wanted.classification is not None:
        yield lambda facts: facts.classification == wanted.classification
    if wanted.supporting is not None:
        yield lambda facts: wanted.supporting in facts.supporting
    if wanted.topic is not None:
        yield lambda facts: wanted.topic in facts.topics
    yield from _of_time(wanted)
    if wanted.place is not None:
        places = terms_of(wanted.place)
        yield lambda facts: not missing(places, facts.place)
    if wanted.phone is not None:
        last = digits(wanted.phone)
        yield lambda facts: len(last) >= SHORTEST_PHONE and facts.phone.endswith(last)


def _of_time(wanted: CaseFilter) -> Iterator[Check]:
    since, until = wanted.since, wanted.until
    routed_since, overdue_at = wanted.routed_since, wanted.overdue_at
    if since is not None:
        yield lambda facts: facts.opened_at >= since
    if until is not None:
        yield lambda facts: facts.opened_at < until
    if routed_since is not None:
        yield lambda facts: facts.routed_at >= routed_since
    if overdue_at is not None:
        yield lambda facts: facts.late_from is not None and facts.late_from < overdue_at


def _topics(case: Case) -> tuple[str, ...]:
    category = case.complaint.get("category") if case.complaint else None
    return tuple(one for one in (case.decision.topic, category) if one is not None)


def _phone(case: Case) -> str:
    """Empty where there is none, and in a case that is not to show who wrote it."""
    reporter = case.complaint.get("reporter") if case.complaint and not case.anonymous else None
    number = reporter.get("phone") if reporter else None
    return digits(number) if isinstance(number, str) else ""
