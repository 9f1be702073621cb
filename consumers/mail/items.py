"""What one mail says of one event: codes become words, and only what the contact may read is there.

``personal``: text and reporter are looked up in the case for an agency whose entry allows it; never
the reporter of an anonymous complaint, and nothing of a confidential one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from broker.contacts import ANSWERING
from broker.domain.case import Case
from broker.domain.clocks import RESOLUTION
from broker.domain.routing.rules import Rules
from broker.ports import Mail
from config.language import Language
from config.moments import moment
from consumers.mail.links import PATH, Link, address_digest, signed
from consumers.mail.words import code_word, word
from schemas.envelope import loads


@dataclass(frozen=True, slots=True)
class Item:
    """``lines``: label and value; ``opens``: the words of the link; ``until``: when it ends."""

    title: str
    tracking: str
    lines: tuple[tuple[str, str], ...]
    link: str | None
    opens: str
    until: str | None


@dataclass(frozen=True, slots=True)
class World:
    """What items are made with. ``address``: of the gateway from outside; ``secret``: of links."""

    rules: Rules
    zone: tzinfo
    address: str
    secret: bytes
    links_for: timedelta


def item_of(mail: Mail, case: Case | None, world: World, spoken: Language, now: datetime) -> Item:
    """``case``: as far as it is known by now."""
    facts = _facts(mail)
    link, until = _link(mail, world, now)
    lines = [
        (word("code", spoken), mail.tracking),
        *_of_rules(mail, case, facts, world, spoken),
        *_deadlines(mail, case, facts, world, spoken),
        *_personal(mail, case, world, spoken),
    ]
    answers = mail.role in ANSWERING
    return Item(
        title=_title(mail, facts, world, spoken),
        tracking=mail.tracking,
        lines=tuple(lines),
        link=link,
        opens=word("open_answer" if answers else "open_read", spoken),
        until=moment(until, world.zone, spoken) if until else None,
    )


def is_personal(mail: Mail, rules: Rules) -> bool:
    """Whether it may hold what the complaint says."""
    return mail.role in ANSWERING and mail.of in rules.contacts.personal


def _facts(mail: Mail) -> Mapping[str, str]:
    facts: Mapping[str, str] = loads(mail.facts)
    return facts


def _title(mail: Mail, facts: Mapping[str, str], world: World, spoken: Language) -> str:
    agency = _name(mail.of, world, spoken)
    if mail.verb == "moved":
        to = facts.get("to")
        if to is None:
            return word("moved_desk", spoken)
        return word("moved", spoken, to=world.rules.agency_name(to))
    if mail.verb == "routed" and facts.get("role") == "supporting":
        return word("routed_supporting", spoken, agency=agency)
    if mail.verb != "escalated":
        return word(mail.verb, spoken, agency=agency)
    clock = code_word(facts.get("clock", ""), spoken) or word("resolution", spoken)
    rung = facts.get("rung", "rung")
    role = code_word(f"role_{facts.get('to', mail.role)}", spoken) or mail.role
    key = rung if rung in ("reminder", "breach") else "rung"
    return word(key, spoken, clock=clock, role=role, agency=agency)


def _of_rules(
    mail: Mail, case: Case | None, facts: Mapping[str, str], world: World, spoken: Language
) -> list[tuple[str, str]]:
    topic = facts.get("topic") or (case.decision.topic if case else None)
    region = facts.get("region") or (case.decision.region if case else None)
    state = case.state.value if case else facts.get("state")
    found = [
        ("agency", _name(mail.of, world, spoken)),
        ("topic", world.rules.topic_name(topic)),
        ("place", _place(region, world)),
        ("state", code_word(f"state_{state}", spoken)),
    ]
    return [(word(key, spoken), value) for key, value in found if value]


def _place(region: str | None, world: World) -> str | None:
    """A village with its district, by their names in the configuration: never a citizen's words."""
    areas = world.rules.gazetteer.areas
    area = areas.get(region or "")
    if area is None:
        return None
    above = areas.get(area.parent)
    return f"{area.name}, {above.name}" if above else area.name


def _deadlines(
    mail: Mail, case: Case | None, facts: Mapping[str, str], world: World, spoken: Language
) -> list[tuple[str, str]]:
    found = dict[str, datetime | None]()
    if mail.verb == "escalated":
        found["due"] = _deadline_of(case, facts.get("clock")) or _moment(facts.get("due_at"))
    elif case is not None and case.agency == mail.of:
        response, resolution = case.response, case.clock(RESOLUTION.name)
        found["respond_by"] = response.due_at if response and response.open else None
        found["resolve_by"] = resolution.due_at if resolution and resolution.open else None
    elif mail.verb == "routed":
        found = {key: _moment(facts.get(key)) for key in ("respond_by", "resolve_by")}
    return [
        (word(key, spoken), moment(at, world.zone, spoken))
        for key, at in found.items()
        if at is not None
    ]


def _deadline_of(case: Case | None, name: str | None) -> datetime | None:
    clocks = reversed(case.clocks) if case else ()
    return next((clock.due_at for clock in clocks if clock.name == name), None)


def _personal(
    mail: Mail, case: Case | None, world: World, spoken: Language
) -> list[tuple[str, str]]:
    complaint = case.complaint if case else None
    if complaint is None or case is None or not is_personal(mail, world.rules):
        return []
    if complaint.get("confidential"):
        return []
    reporter = {} if case.anonymous else complaint.get("reporter") or {}
    shown = (reporter.get(name) for name in ("name", "phone", "email"))
    who = ", ".join(str(value) for value in shown if value)
    lines = [("text", complaint["text"]), ("reporter", who)]
    return [(word(key, spoken), value) for key, value in lines if value]


def _link(mail: Mail, world: World, now: datetime) -> tuple[str | None, datetime | None]:
    """A case in triage has no agency that a link could be bound to."""
    if mail.of is None or mail.verb in ("moved", "withdrawn", "closed"):
        return None, None
    until = now + world.links_for
    link = Link(
        purpose="answer" if mail.role in ANSWERING else "read",
        role=mail.role,
        complaint=UUID(mail.complaint_id),
        mail=UUID(mail.id),
        agency=mail.of,
        address=address_digest(mail.address),
        made_at=now,
        expires_at=until,
    )
    return f"{world.address}{PATH}/{signed(link, world.secret)}", until


def _name(agency: str | None, world: World, spoken: Language) -> str:
    return world.rules.agency_name(agency) if agency else word("desk", spoken)


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo is not None else None
