"""docs/reference/personal-data.md: where personal data may lie, and until when."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from broker.retention import Retention
from scripts.documents.writing import items, page, paragraph, table

_FILE: Final = Path(__file__).with_suffix(".toml")
_ALL: Final = "everything"
NO_SETTING: Final = ""


@dataclass(frozen=True, slots=True)
class Place:
    """See personal_data.toml. ``may_hold``: kinds of marks, by how the complaint came in."""

    name: str
    kind: str
    may_hold: Mapping[str, frozenset[str]]
    until: str
    setting: str
    deletes: str
    reads: str


@cache
def kinds() -> Mapping[str, str]:
    """What is looked for, each with its meaning."""
    found: dict[str, str] = _read()["kinds"]
    return found


@cache
def places() -> tuple[Place, ...]:
    """Every place, in the order of the file."""
    return tuple(
        Place(
            one["name"],
            one["kind"],
            {
                "open": frozenset(one["open"]),
                "anonymous": frozenset(one["anonymous"]),
                "confidential": frozenset(one.get("confidential", one["open"])),
            },
            one["until"],
            one.get("setting", NO_SETTING),
            one["deletes"],
            one["reads"],
        )
        for one in _read()["place"]
    )


def place(name: str, kind: str) -> Place:
    """Raises KeyError where the file has none."""
    for one in places():
        if (one.name, one.kind) == (name, kind):
            return one
    raise KeyError(f"scripts/documents/personal_data.toml: no {kind} {name}")


def personal_data_page() -> str:
    intro = (
        "Every queue, stream, table, file and output, with what it may hold of a person and until"
        " when. A test sends marks of invented people through all of it, and fails where one is"
        " found that is not allowed here; another one fails where a queue or table has no row. What"
        " it means for an office: [for the officer for personal"
        " data](../explanation/personal-data-officer.md)."
    )
    meaning = [f"*{name}*: {words}." for name, words in kinds().items()]
    settings = (
        "Settings are keys of `[retention]` in [rules.toml](rules.md#rulestoml); as shipped:"
        f" {', '.join(f'`{name}` {days}' for name, days in shipped().items())}."
    )
    holding = table(
        ("place", "open complaints", "anonymous", "confidential"),
        [(_named(one), *_columns(one.may_hold)) for one in places() if any(one.may_hold.values())],
    )
    nothing = ", ".join(_named(one) for one in places() if not any(one.may_hold.values()))
    keeping = table(
        ("place", "kept until", "setting", "who deletes", "who reads"),
        [
            (
                _named(one),
                one.until,
                f"`{one.setting}`" if one.setting else "",
                one.deletes,
                one.reads,
            )
            for one in places()
        ],
    )
    return page(
        "Personal data",
        paragraph(intro),
        "## What is looked for",
        items(meaning),
        "## Where it may lie",
        holding,
        paragraph(f"Nothing of it may lie in: {nothing}."),
        "## Until when",
        paragraph(settings),
        keeping,
    )


def shipped() -> Mapping[str, str]:
    """The settings of retention with what is in force where they are left out."""
    kept = Retention()
    return {
        "copies_days": f"{kept.copies.days}",
        "audit_days": f"{kept.audit_age.days}",
        "audit_gigabytes": f"{kept.audit_bytes / 1e9:g}",
        "journal_days": f"{kept.journal.days}",
        "closed_cases_days": f"{kept.closed_cases.days}",
        "closed_text_days": f"{kept.closed_text.days}",
        "similar_days": f"{kept.similar.days}",
        "parked_days": "none" if kept.parked is None else f"{kept.parked.days}",
    }


def _named(one: Place) -> str:
    ticks = "" if "`" in one.name or (one.kind == "output" and " " in one.name) else "`"
    if one.name.startswith("pintu "):
        ticks = "`"
    words = {"queue": "queue ", "stream": "stream ", "table": "table "}.get(one.kind, "")
    return f"{words}{ticks}{one.name}{ticks}"


def _setting(one: Place) -> str:
    return f"`{one.setting}`" if one.setting else "none"


def _columns(may_hold: Mapping[str, frozenset[str]]) -> tuple[str, str, str]:
    said, hidden = may_hold["open"], may_hold["confidential"]
    as_open = "as open" if said == hidden else _listed(hidden)
    return _listed(said), _listed(may_hold["anonymous"]), as_open


def _listed(marks: frozenset[str]) -> str:
    if marks == kinds().keys():
        return _ALL
    some = ", ".join(name for name in kinds() if name in marks)
    others = ", ".join(name for name in kinds() if name not in marks)
    return (some if len(some) < len(others) + 20 else f"all but {others}") or "nothing"


def _read() -> Any:
    return tomllib.loads(_FILE.read_text("utf-8"))
