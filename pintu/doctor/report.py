"""What was found, for people on a terminal, in a pipe, and for programs."""

import sys
from collections.abc import Iterator, Mapping, Sequence

from config.language import gettext, marked, worded
from gateway.text.console import Console
from gateway.text.printable import say
from pintu.doctor.catalog import Examined
from pintu.doctor.finding import Finding, Severity

_WORDS = {Severity.BROKEN: marked("broken"), Severity.RISK: marked("risk")}
_COLOURS = {Severity.BROKEN: "bold red", Severity.RISK: "yellow"}


def findings(examined: Sequence[Examined]) -> list[tuple[Examined, Finding]]:
    """All of them, what is broken first, otherwise in the order of the checks."""
    found = [(one, finding) for one in examined for finding in one.findings]
    return sorted(found, key=lambda pair: pair[1].severity is not Severity.BROKEN)


def not_seen(examined: Sequence[Examined]) -> Mapping[str, list[str]]:
    """By reason the checks that could not look."""
    reasons: dict[str, list[str]] = {}
    for one in examined:
        if one.not_seen is not None:
            reasons.setdefault(one.not_seen, []).append(one.check.code)
    return reasons


def as_record(examined: Sequence[Examined]) -> Mapping[str, object]:
    """For programs."""
    found = findings(examined)
    return {
        "ok": not found,
        "findings": [
            {
                "check": one.check.code,
                "subject": one.check.subject,
                "severity": finding.severity.value,
                "where": finding.where,
                "what": finding.what,
                "mends": finding.mends,
            }
            for one, finding in found
        ],
        "not_seen": [{"why": why, "checks": checks} for why, checks in not_seen(examined).items()],
        "fine": [
            {"check": one.check.code, "says": [fine.says for fine in one.fine]}
            for one in examined
            if not one.findings and one.not_seen is None
        ],
    }


def print_report(examined: Sequence[Examined], *, verbose: bool) -> None:
    """A table of findings on a terminal, lines in a pipe; then what could not be seen."""
    found = findings(examined)
    if found and sys.stdout.isatty():
        _table(found)
    else:
        for one, finding in found:
            severity = gettext(_WORDS[finding.severity])
            say(f"{severity}: {one.check.code}: {finding.where}: {finding.what}")
            say(worded("  mends: {mends}", mends=finding.mends))
    if verbose:
        for line in _fine(examined):
            say(line)
    for why, checks in not_seen(examined).items():
        say(
            worded("not seen ({why}): {checks}", why=why, checks=", ".join(checks)), err=not verbose
        )
    looked = sum(one.not_seen is None for one in examined)
    if not found:
        say(
            worded(
                "ok: {looked} of {examined} checks looked, and nothing is wrong",
                looked=looked,
                examined=len(examined),
            )
        )
    elif sys.stdout.isatty():
        say(
            worded(
                "{found} found by {looked} of {examined} checks",
                found=len(found),
                looked=looked,
                examined=len(examined),
            ),
            err=True,
        )


def _table(found: Sequence[tuple[Examined, Finding]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "", gettext("where"), gettext("what is wrong"), gettext("what mends it"), show_lines=True
    )
    for one, finding in found:
        severity = Text(gettext(_WORDS[finding.severity]), _COLOURS[finding.severity])
        severity.append(f"\n{one.check.code}", "dim")
        table.add_row(severity, Text(finding.where), Text(finding.what), Text(finding.mends))
    Console(highlight=False, markup=False).print(table)


def _fine(examined: Sequence[Examined]) -> Iterator[str]:
    for one in examined:
        if one.findings or one.not_seen is not None:
            continue
        says = "; ".join(fine.says for fine in one.fine) or gettext("in order")
        yield worded("fine: {check}: {says}", check=one.check.code, says=says)
