"""A decision for people at a terminal: who, why, and the evidence marked in the text."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from rich.table import Table
from rich.text import Text

from broker.domain.routing.decide import Decision, Query
from broker.domain.routing.grounds import weighed
from broker.domain.routing.marking import CONDITION, PLACE, TOPIC, Mark, marks
from broker.domain.routing.rules import Rules
from config import language
from config.language import gettext, worded
from gateway.text.console import Console
from gateway.text.printable import printable

_STYLES = {TOPIC: "bold green", PLACE: "bold cyan", CONDITION: "bold magenta"}
_SIGNS = ("«", "»")  # around the evidence where there is no colour
_NOTHING = 0.005  # an alternative below it would be shown as 0.00
SHOWN = 2_000  # characters of the text
AROUND = 120  # characters shown on each side of the evidence in a text that is longer


def explain(
    query: Query, decision: Decision, rules: Rules, on: date, console: Console | None = None
) -> None:
    """Print the decision: in colour on a terminal, else with signs and one line an entry."""
    console = console or Console(highlight=False)
    coloured = console.is_terminal and not console.no_color and console.color_system is not None
    for text, found in _fields(query, decision, rules, on).values():
        console.print(marked(text, found, signs=not coloured), soft_wrap=not console.is_terminal)
    console.print()
    lines = [(gettext(label), value) for label, value in _lines(decision, rules)]
    if console.is_terminal:
        table = Table.grid(padding=(0, 2))
        for label, value in lines:
            table.add_row(Text(label, style="dim"), Text(value))
        console.print(table)
        return
    wide = max(len(label) for label, _ in lines)
    for label, value in lines:
        console.print(Text(f"{label.ljust(wide)}  {value}"), soft_wrap=True)


def record(query: Query, decision: Decision, rules: Rules, on: date) -> dict[str, object]:
    """The decision as plain values, and `evidence`: where in title and text what led to it
    stands (`start` and `end` count characters), and whether that shows topic, place or condition.
    """
    evidence = [
        {"in": name, "start": start, "end": end, "shows": shows, "words": text[start:end]}
        for name, (text, found) in _fields(query, decision, rules, on).items()
        for start, end, shows in found
    ]
    return asdict(decision) | {"evidence": evidence}


def marked(text: str, found: list[Mark], *, signs: bool) -> Text:
    """The text with what counted in colour, or between signs; of a long one its start and what
    surrounds evidence. What a terminal would act on is escaped."""
    whole = len(text) <= SHOWN
    kept = [(0, len(text) if whole else AROUND)]
    for start, end, _ in () if whole else found:
        if start - AROUND > kept[-1][1]:
            kept.append((start - AROUND, end + AROUND))
        else:
            kept[-1] = (kept[-1][0], end + AROUND)
    before, after = _SIGNS if signs else ("", "")
    shown = Text()
    for first, last in kept:
        if shown:
            shown.append(" … ")
        at = first
        for start, end, shows in found:
            if first <= start and end <= last:
                shown.append(printable(text[at:start], lines=True))
                words = printable(text[start:end], lines=True)
                shown.append(f"{before}{words}{after}", style=_STYLES[shows])
                at = end
        shown.append(printable(text[at:last], lines=True))
    if kept[-1][1] < len(text) or len(shown) > SHOWN + len(found) * 2 * len(before):
        return shown[:SHOWN] + Text(" …")
    return shown


def _fields(
    query: Query, decision: Decision, rules: Rules, on: date
) -> dict[str, tuple[str, list[Mark]]]:
    """Title and text, each with its marks."""
    words = weighed(query, decision, rules, on)
    given = {"title": query.title, "text": query.text.strip("\n")}
    return {
        name: (text, marks(text, rules, decision.topic, words))
        for name, text in given.items()
        if text
    }


def _lines(decision: Decision, rules: Rules) -> Iterator[tuple[str, str]]:
    def called(code: str) -> str:
        return f"{code} · {rules.agency_name(code)}"

    topic = rules.topic_name(decision.topic)
    area = rules.gazetteer.areas.get(decision.region or "")
    yield (
        language.marked("agency"),
        called(decision.agency) if decision.agency else gettext("triage (a person decides)"),
    )
    yield language.marked("because"), decision.because
    yield (
        language.marked("confidence"),
        worded(
            "{confidence:.2f} (routed from {auto:.2f})",
            confidence=decision.confidence,
            auto=rules.auto,
        ),
    )
    yield (
        language.marked("rule"),
        worded("{rule} of {table}", rule=decision.rule, table=decision.table),
    )
    if topic:
        yield language.marked("topic"), f"{decision.topic} · {topic}"
    if area:
        yield language.marked("place"), f"{area.code} · {area.level} {area.name}"
    for code in decision.supporting:
        yield language.marked("supporting"), called(code)
    if decision.oversight:
        yield language.marked("oversight"), gettext("yes (berkadar pengawasan)")
    label = language.marked("alternative") if decision.agency else language.marked("candidate")
    for a in decision.alternatives:
        if a.confidence >= _NOTHING:
            yield (
                label,
                worded(
                    "{agency} ({confidence:.2f})", agency=called(a.agency), confidence=a.confidence
                ),
            )
    for warning in decision.warnings:
        yield language.marked("warning"), warning
