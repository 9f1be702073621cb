"""What a check found, for people and for programs."""

from collections import Counter
from collections.abc import Iterable

import typer

from config.language import gettext, worded
from gateway.text.printable import printable, say
from pintu.conformance.record import Kind
from pintu.conformance.rule import Finding, Verdict

_MARKS = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.NOT_SEEN: "·"}
_COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.NOT_SEEN: "bright_black"}
_PAGES = "docs/reference/contract"


def report(kind: Kind, code: str, found: Iterable[Finding]) -> dict[str, object]:
    """Everything, as JSON has it."""
    rows = list(found)
    counted = Counter(row.found.verdict.value for row in rows)
    return {
        "kind": kind,
        "code": code,
        "result": "fail" if counted["fail"] else "pass",
        "counts": {verdict.value: counted[verdict.value] for verdict in Verdict},
        "findings": [
            {
                "rule": row.rule.code,
                "verdict": row.found.verdict.value,
                "saw": row.found.saw,
                "says": row.rule.says,
                "page": f"{_PAGES}/{row.rule.page}",
                "do": row.rule.do,
            }
            for row in rows
        ],
    }


def tell(found: Iterable[Finding]) -> None:
    """Every rule in a line; what departs from the contract with its line and what to do."""
    rows = list(found)
    say("")
    for row in rows:
        verdict = row.found.verdict
        mark = typer.style(_MARKS[verdict], fg=_COLOURS[verdict])
        typer.echo(f"{mark} {row.rule.code:<18} {printable(gettext(row.found.saw))}")
        if verdict is Verdict.FAIL:
            say(
                worded(
                    "    the contract: {says} ({pages}/{page})",
                    says=gettext(row.rule.says),
                    pages=_PAGES,
                    page=row.rule.page,
                )
            )
            say(worded("    what to do:   {do}", do=gettext(row.rule.do)))
    counted = Counter(row.found.verdict for row in rows)
    say(
        worded(
            "\n{passed} passed, {failed} failed, {not_seen} not seen",
            passed=counted[Verdict.PASS],
            failed=counted[Verdict.FAIL],
            not_seen=counted[Verdict.NOT_SEEN],
        )
    )
