"""A rule of the contract, and what was found of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from config.language import gettext, worded
from pintu.conformance.record import Record

_SHOWN: Final = 3
"""Examples that a finding names; the others are counted."""


class Verdict(Enum):
    """``NOT_SEEN``: it did not come up, or nobody can see it from outside."""

    PASS = "pass"  # noqa: S105 -- a verdict
    FAIL = "fail"
    NOT_SEEN = "not seen"


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the verdict, and what it was seen by."""

    verdict: Verdict
    saw: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``says``: the contract's line; ``page``: where it stands, below docs/reference/contract/;
    ``do``: what to do where a system departs from it."""

    code: str
    says: str
    page: str
    do: str
    judge: Callable[[Record], Found]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule with what was found of it."""

    rule: Rule
    found: Found


def findings(rules: Iterable[Rule], record: Record) -> list[Finding]:
    """Every rule, judged by everything that was seen."""
    return [Finding(rule, rule.judge(record)) for rule in rules]


def passed(saw: str) -> Found:
    return Found(Verdict.PASS, saw)


def failed(saw: str) -> Found:
    return Found(Verdict.FAIL, saw)


def not_seen(why: str) -> Found:
    return Found(Verdict.NOT_SEEN, why)


def never(why: str) -> Callable[[Record], Found]:
    """The judgement of what cannot be seen from outside."""
    return lambda _: not_seen(worded("cannot be seen from outside: {why}", why=gettext(why)))


def all_of(wrong: list[str], looked_at: int, good: str, nothing: str) -> Found:
    """``wrong`` names what departs, of so many that were looked at."""
    if wrong:
        more = (
            worded(", and {wrong} more", wrong=len(wrong) - _SHOWN) if len(wrong) > _SHOWN else ""
        )
        return failed(
            worded(
                "{wrong}{more} ({n} of {all})",
                wrong="; ".join(wrong[:_SHOWN]),
                more=more,
                n=len(wrong),
                all=looked_at,
            )
        )
    return passed(good) if looked_at else not_seen(nothing)
