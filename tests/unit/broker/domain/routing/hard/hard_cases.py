"""What people really write, and who must answer: read from `cases/*.toml`, one kind a file.

A file holds `about` (the kind, one sentence) and `[[case]]` tables:

    name       short, unique in the file; with the file's name it is the test's id
    text       what the person wrote
    title, category, agency, region, district, village, address   as in a complaint; optional
    pad        optional: { words, before, after }: `words` so many times before and after the text
    expect     an agency's code, or `triage`, or `triage/<reason>`
    place      optional: the Kemendagri code that the decision must find; "" for none
    topic      optional: the topic's id
    supporting optional: agencies that must be told too
    only       optional: true where no further agency may be told
    why        one sentence for whoever sees it fail
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker.domain.routing.decide import Decision, Place, Query

FOLDER = Path(__file__).parent / "cases"
TRIAGE = "triage"
PLACE_FIELDS = ("region", "district", "village", "address")
QUERY_FIELDS = ("title", "category", "agency")
KNOWN = {"name", "text", "pad", "expect", "place", "topic", "supporting", "only", "why"}


@dataclass(frozen=True)
class HardCase:
    """One case of the suite. `kind` is the file's name, `query` what is asked."""

    kind: str
    name: str
    query: Query
    expect: str
    why: str
    place: str | None = None
    topic: str | None = None
    supporting: tuple[str, ...] = ()
    only: bool = False

    def faults(self, decision: Decision) -> list[str]:
        """What is not as it should be, in sentences; empty where all is well."""
        got = decision.agency or decision.rule
        found = []
        if self.expect != (TRIAGE if decision.agency is None and self.expect == TRIAGE else got):
            found.append(f"expected {self.expect}, got {got}")
        if self.place is not None and (decision.region or "") != self.place:
            found.append(f"expected the place {self.place or '-'}, got {decision.region or '-'}")
        if self.topic is not None and decision.topic != self.topic:
            found.append(f"expected the topic {self.topic}, got {decision.topic}")
        missing = sorted(set(self.supporting) - set(decision.supporting))
        if missing:
            found.append(f"not told: {', '.join(missing)}; told: {decision.supporting}")
        if self.only and decision.supporting:
            found.append(f"told for nothing: {', '.join(decision.supporting)}")
        return found

    def message(self, decision: Decision) -> str:
        """Everything that a person needs to see why it failed."""
        text = self.query.text if len(self.query.text) < 400 else self.query.text[:400] + " …"
        others = ", ".join(f"{a.agency} {a.confidence}" for a in decision.alternatives) or "-"
        lines = [
            f"{self.kind}/{self.name}",
            *self.faults(decision),
            f"text:    {text}",
            f"why:     {self.why}",
            f"decided: {decision.rule}, {decision.confidence}; others: {others}",
            f"because: {decision.because}",
        ]
        return "\n".join(lines)


def hard_cases() -> list[HardCase]:
    """All cases in the order of the files; an unknown key or a name used twice is an error."""
    cases = [
        _case(path.stem, table)
        for path in sorted(FOLDER.glob("*.toml"))
        for table in tomllib.loads(path.read_text("utf-8"))["case"]
    ]
    names = [(case.kind, case.name) for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"names used twice: {twice}")
    return cases


def _case(kind: str, table: dict[str, Any]) -> HardCase:
    unknown = set(table) - KNOWN - set(PLACE_FIELDS) - set(QUERY_FIELDS)
    if unknown:
        raise ValueError(f"{kind}/{table.get('name')}: unknown keys {unknown}")
    pad = table.get("pad", {})
    words = pad.get("words", "")
    text = words * pad.get("before", 0) + table["text"] + words * pad.get("after", 0)
    return HardCase(
        kind=kind,
        name=table["name"],
        query=Query(
            text,
            place=Place(**{key: table[key] for key in PLACE_FIELDS if key in table}),
            **{key: table[key] for key in QUERY_FIELDS if key in table},
        ),
        expect=table["expect"],
        why=table["why"],
        place=table.get("place"),
        topic=table.get("topic"),
        supporting=tuple(table.get("supporting", ())),
        only=table.get("only", False),
    )
