"""The checks: how one is written, the list of all, and the examination of an installation.

A check is a function of the facts: it gives findings, or says in a few words what is fine.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from pintu.doctor.facts import Facts
from pintu.doctor.finding import Finding, Fine, NotSeen, NotThere, Outcome

Judge = Callable[[Facts], Iterable[Outcome]]


@dataclass(frozen=True, slots=True)
class Check:
    """``code``: its name for programs; ``subject``: what it is about; ``finds``: what it finds, for
    the reference page."""

    code: str
    subject: str
    finds: str
    judge: Judge


@dataclass(frozen=True, slots=True)
class Examined:
    """What a check came to. ``not_seen``: why it could not look."""

    check: Check
    findings: tuple[Finding, ...] = ()
    fine: tuple[Fine, ...] = ()
    not_seen: str | None = None


CHECKS: Final[dict[str, Check]] = {}
"""By code, in the order in which they are told; filled when ``pintu.doctor.checks`` is imported."""


def check(code: str, subject: str, finds: str) -> Callable[[Judge], Judge]:
    """Put a function among the checks."""

    def add(judge: Judge) -> Judge:
        assert code not in CHECKS, code
        CHECKS[code] = Check(code, subject, finds, judge)
        return judge

    return add


def examine(facts: Facts) -> list[Examined]:
    """Every check on these facts; those about what does not exist here are left out."""
    return [found for one in CHECKS.values() if (found := _examined(one, facts)) is not None]


def _examined(one: Check, facts: Facts) -> Examined | None:
    outcomes: list[Outcome] = []
    try:
        for outcome in one.judge(facts):  # what came before something could not be seen is kept
            outcomes.append(outcome)
    except NotThere:
        return Examined(one, *_parted(outcomes)) if outcomes else None
    except NotSeen as why:
        return Examined(one, *_parted(outcomes), not_seen=str(why))
    return Examined(one, *_parted(outcomes))


def _parted(outcomes: Iterable[Outcome]) -> tuple[tuple[Finding, ...], tuple[Fine, ...]]:
    found = list(outcomes)
    return (
        tuple(one for one in found if isinstance(one, Finding)),
        tuple(one for one in found if isinstance(one, Fine)),
    )
