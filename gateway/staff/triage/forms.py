"""What a form at the desk says, checked: an update's verb and data, or what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, get_args

from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from config.language import gettext
from gateway.desk.naming import near
from gateway.web.forms import Form
from gateway.web.pages import first
from schemas import verbs
from schemas.complaint import LARGEST_CATEGORY, Classification
from schemas.identifiers import normalise_tracking
from schemas.meaning import CODES
from schemas.update_data import DUPLICATE

LONGEST: Final = 10_000
"""Characters of a note."""
_LINE: Final = 300
_CLASSES: Final = get_args(Classification)
_CHOSEN: Final = ("agency", "opd", "code", "duplicate_of", "classification", "category", "title")
_WORDS: Final = ("question", "reason", "note", "internal_note")
_TEMPLATES: Final = ("question_of", "reason_of")
FIELDS: Final[tuple[str, ...]] = ("verb", *_CHOSEN, *_WORDS, *_TEMPLATES, "oversight")


@dataclass(frozen=True, slots=True)
class Decided:
    """``wrong``: of each field what is wrong with it; where there is anything, nothing is sent.
    ``typed``: the fields as they came, to be shown again."""

    verb: str
    data: Mapping[str, object] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def agency(self) -> str | None:
        """Whom it is assigned to."""
        agency = self.data.get("agency")
        return agency if isinstance(agency, str) else None


def decided(form: Form, rules: Rules, on: date) -> Decided:
    """The decision of a form. A template that was chosen stands for words that were not written."""
    typed = {
        name: first(form, name, LONGEST if name in _WORDS else _LINE)
        for name in FIELDS
        if name in form
    }
    verb = typed.get("verb", "")
    if typed.get("agency"):  # the button of a candidate
        verb = verbs.ASSIGNED
    match verb:
        case verbs.ASSIGNED:
            data, wrong = _assigned(typed, rules, on)
        case verbs.HELD:
            data, wrong = _asked(typed, rules)
        case verbs.DISMISSED:
            data, wrong = _dismissed(typed, rules)
        case verbs.RESUMED:
            data, wrong = {}, dict[str, str]()
        case _:
            data, wrong = {}, {"verb": gettext("Choose what is to be done.")}
    for name in ("internal_note",):
        if typed.get(name):
            data[name] = typed[name]
    return Decided(verb, data, wrong, typed)


def _assigned(
    typed: Mapping[str, str], rules: Rules, on: date
) -> tuple[dict[str, object], dict[str, str]]:
    data, wrong = dict[str, object](), dict[str, str]()
    said = typed.get("agency") or typed.get("opd", "")
    code = rules.agency_index.get(agency_key(said.partition(" · ")[0])) if said else None
    known = rules.agencies.get(code or "")
    if not said:
        wrong["opd"] = gettext("Choose an agency.")
    elif known is None:
        hint = near(said, rules, on)
        wrong["opd"] = gettext("No agency is called {name}.").format(name=said)
        if hint:
            wrong["opd"] += " " + gettext("Near are {names}.").format(names=hint)
    elif not known.active(on):
        wrong["opd"] = gettext("{name} is not active any more.").format(name=known.name)
    else:
        data["agency"] = known.code
    if typed.get("classification") in _CLASSES:
        data["classification"] = typed["classification"]
    if typed.get("oversight") in ("yes", "no"):
        data["oversight"] = typed["oversight"] == "yes"
    if category := typed.get("category", "")[:LARGEST_CATEGORY]:
        data["category"] = category
        if rules.topic_name(category.lower()) is None:
            wrong["category"] = gettext("No topic has the code {code}.").format(code=category)
    for name in ("title", "note"):
        if typed.get(name):
            data[name] = typed[name]
    return data, wrong


def _asked(typed: Mapping[str, str], rules: Rules) -> tuple[dict[str, object], dict[str, str]]:
    ready = {one.code: one.text for one in rules.desk_texts.questions}
    words = _written(typed.get("question", ""), ready.get(typed.get("question_of", "")))
    if not words:
        return {}, {"question": gettext("Write the question, or choose one.")}
    return {"note": words}, {}


def _dismissed(typed: Mapping[str, str], rules: Rules) -> tuple[dict[str, object], dict[str, str]]:
    wrong = dict[str, str]()
    ready = {one.code: one for one in rules.desk_texts.reasons}
    chosen = ready.get(typed.get("reason_of", ""))
    code = typed.get("code") or (chosen.dismissal if chosen else "")
    words = _written(typed.get("reason", ""), chosen.text if chosen else None)
    if code not in CODES:
        wrong["code"] = gettext("Choose why it is closed.")
    if not words:
        wrong["reason"] = gettext("Write the reason, or choose one.")
    data: dict[str, object] = {"code": code, "reason": words}
    if code == DUPLICATE:
        same = normalise_tracking(typed.get("duplicate_of", ""))
        if same is None:
            wrong["duplicate_of"] = gettext("Write the tracking code of the other complaint.")
        data["duplicate_of"] = same
    return data, wrong


def _written(words: str, ready: object) -> str:
    """What was written, else the template in the language of reporters, which is Indonesian."""
    if words:
        return words
    return str(getattr(ready, "id", "")) if ready is not None else ""


def agency_choices(rules: Rules, on: date) -> list[str]:
    """Agencies of that day as the form offers them, and takes them: by name; by code as well where
    another has the name too."""
    offered = []
    for code in rules.active_agencies(on):
        name = rules.agency_name(code)
        clear = rules.agency_index.get(agency_key(name)) == code
        offered.append(name if clear else f"{code} · {name}")
    return sorted(offered)


def chosen_cases(form: Form, most: int) -> list[tuple[str, int | None]]:
    """Tracking codes of a form for several cases, each with the lines that its history had."""
    found: dict[str, int | None] = {}
    for value in form.get("kasus", ()):
        code, _, lines = value[:_LINE].partition(":")
        known = normalise_tracking(code)
        if known is not None:
            found.setdefault(known, int(lines) if lines.isdecimal() and len(lines) < 9 else None)
    return list(found.items())[:most]
