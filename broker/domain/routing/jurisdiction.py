"""Given the topic and the place: who is answerable, and by which line of the rules."""

from collections.abc import Collection, Mapping
from datetime import date

from broker.domain.routing.decision import Answer
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import (
    DISTRICT,
    PLACE_OFFICES,
    TRIAGE,
    VILLAGE,
    Topic,
    When,
    in_force,
)


def answer(
    topic: Topic,
    shown: Mapping[tuple[str, str], str],
    code: str | None,
    rules: Rules,
    on: date,
) -> Answer:
    """`shown`: attributes found, with the words that show them; `code`: the place."""
    case, when = _holding(topic, shown, code, rules, on) if topic.when else (0, None)
    named = when.agency if when else topic.agency
    reasons = _reasons(when, shown, rules) if when else ()
    helpers = (*when.supporting, *topic.supporting) if when else topic.supporting
    if named == TRIAGE:
        return Answer(TRIAGE, case=case, reasons=reasons)
    agency, above = _resolve(named, code, rules, on)
    if agency is None and named in PLACE_OFFICES:
        lacking = "village" if named == VILLAGE else "district"
        return Answer(None, case=case, reasons=reasons, lacking=lacking)
    supporting: list[str] = []
    for name in helpers:
        helper = _resolve(name, code, rules, on)[0] if name != TRIAGE else None
        if helper and helper != agency and helper not in supporting:
            supporting.append(helper)
    return Answer(agency, tuple(supporting), case, reasons, above=above)


def _holding(
    topic: Topic,
    shown: Mapping[tuple[str, str], str],
    code: str | None,
    rules: Rules,
    on: date,
) -> tuple[int, When | None]:
    for number, when in enumerate(topic.when, start=1):
        for condition in when.attributes:
            if condition not in shown:
                break
        else:
            if when.region and not rules.gazetteer.within(code, when.region):
                continue
            if in_force(when.valid_from, when.valid_until, on):
                return number, when
    return 0, None


def _reasons(when: When, shown: Mapping[tuple[str, str], str], rules: Rules) -> tuple[str, ...]:
    reasons: list[str] = []
    for condition in when.attributes:
        value = rules.attributes.get(condition)
        name, said = value.name if value else condition[1], shown[condition]
        reasons.append(f"disebut “{said}”" + (f" ({name})" if name != said else ""))
    if when.because:
        reasons.append(when.because)
    return tuple(reasons)


def _resolve(name: str, code: str | None, rules: Rules, on: date) -> tuple[str | None, bool]:
    """An agency that is active, and whether the district stands in for a village."""
    if name not in PLACE_OFFICES:
        return rules.answering(name, on), False
    places = rules.gazetteer
    if name == VILLAGE and places.is_village(code):
        office = places.office(code)
        return (rules.answering(office, on) if office else None), False
    office = places.office(places.district_of(code))
    agency = rules.answering(office, on) if office else None
    return agency, name != DISTRICT and agency is not None


def without(codes: tuple[str, ...], excluded: Collection[str]) -> tuple[str, ...]:
    """`codes` less those that handed the complaint back."""
    return tuple(code for code in codes if code not in excluded) if excluded else codes
