"""A decision for people at a terminal: who, why, and the evidence marked in the text."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from broker.domain.routing.decision import Decision, Query
from broker.domain.routing.marking import CONDITION, PLACE, TOPIC, marks
from broker.domain.routing.rules import Rules

_STYLES = {TOPIC: "bold green", PLACE: "bold cyan", CONDITION: "bold magenta"}
SHOWN = 2_000  # characters of the text
AROUND = 120  # characters shown on each side of the evidence in a text that is longer


def explain(query: Query, decision: Decision, rules: Rules, console: Console | None = None) -> None:
    """Print the decision; colours only where the output is a terminal."""
    console = console or Console(highlight=False)
    console.print(marked(query.text.strip("\n"), rules, decision.topic))
    console.print()
    table = Table.grid(padding=(0, 2))
    for label, value in _lines(decision, rules):
        table.add_row(Text(label, style="dim"), Text(value))
    console.print(table)


def marked(text: str, rules: Rules, topic: str | None) -> Text:
    """The text with what counted in colour; of a long one its start and what surrounds evidence."""
    shown = Text(text)
    kept = [(0, AROUND)]
    for start, end, shows in marks(text, rules, topic):
        shown.stylize(_STYLES[shows], start, end)
        if start - AROUND > kept[-1][1]:
            kept.append((start - AROUND, end + AROUND))
        else:
            kept[-1] = (kept[-1][0], end + AROUND)
    if len(text) <= SHOWN:
        return shown
    parts = Text(" … ").join(shown[start:end] for start, end in kept)
    whole = kept[-1][1] >= len(text) and len(parts) <= SHOWN
    return parts[:SHOWN] if whole else parts[:SHOWN] + Text(" …")


def _lines(decision: Decision, rules: Rules) -> list[tuple[str, str]]:
    def called(code: str) -> str:
        return f"{code} · {rules.agency_name(code)}"

    topic = rules.topic_name(decision.topic)
    area = rules.gazetteer.areas.get(decision.region or "")
    lines = [
        ("agency", called(decision.agency) if decision.agency else "triage (a person decides)"),
        ("because", decision.because),
        ("confidence", f"{decision.confidence:.2f} (routed from {rules.auto:.2f})"),
        ("rule", f"{decision.rule} of {decision.table}"),
    ]
    if topic:
        lines.append(("topic", f"{decision.topic} · {topic}"))
    if area:
        lines.append(("place", f"{area.code} · {area.level} {area.name}"))
    lines += [("supporting", called(code)) for code in decision.supporting]
    if decision.oversight:
        lines.append(("oversight", "yes (berkadar pengawasan)"))
    label = "alternative" if decision.agency else "candidate"
    lines += [(label, f"{called(a.agency)} ({a.confidence:.2f})") for a in decision.alternatives]
    lines += [("warning", warning) for warning in decision.warnings]
    return lines
