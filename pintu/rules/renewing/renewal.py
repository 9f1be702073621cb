"""A candidate is learned, tried on the newest rows beside the rules in force, and judged.

Nothing here changes the configuration folder: who calls installs the candidate, or keeps it aside.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from broker.domain.routing.rules import Rules
from config.language import gettext, worded
from config.loading import load_rules
from pintu.rules.learning.history import History, Row
from pintu.rules.learning.learn import learn_from
from pintu.rules.renewing import choosing
from pintu.rules.renewing.choosing import Comparison, Reason
from pintu.rules.renewing.comparing import comparison, labels
from pintu.rules.renewing.records import NO_DOUBTS, Doubts
from pintu.rules.renewing.stretches import FEWEST, Stretches, stretches, within

PRECISION: Final = 0.90
"""Of what is routed without a person, where nobody asked for another."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What came of it. `reason`: `better`, or why the candidate does not replace the rules in
    force; `candidate`: a whole configuration folder with it, None where there are too few rows.

    `trial`: both on the newest rows, the candidate learned without them; `before`: both on the
    rows before the newest, the candidate learned from all; `departure`: see choosing. `old`:
    None where nothing was in force; `tried`: the candidate of the trial; `left_out`: rows of days
    that are doubted.
    """

    reason: Reason
    rows: int
    stretches: Stretches
    asked: float
    old: Rules | None = None
    tried: Rules | None = None
    candidate: Path | None = None
    trial: Comparison | None = None
    before: Comparison | None = None
    departure: float = 0.0
    left_out: int = 0
    on: date = date.min

    @property
    def better(self) -> bool:
        return self.reason == "better"


def renew(
    history: History,
    folder: Path,
    work: Path,
    *,
    on: date,
    precision: float | None = None,
    name: str | None = None,
    doubts: Doubts = NO_DOUBTS,
    say: Callable[[str], None] = lambda _: None,
) -> Renewal:
    """Learn from `history` what would follow what is in force in `folder`, and judge it.

    `folder` is only read, and may be missing; `work`: a folder for the candidates, which is made.
    `precision`: None asks for what the model in force was asked. Rows are in order of time.

    Raises `BadConfiguration` where `folder` cannot be used or the history not be learned from.
    """
    old = load_rules(folder) if (folder / "rules.toml").exists() else None
    asked = precision or _asked(old)
    rows, left_out = _undoubted(history.rows, old, on, doubts)
    parts = stretches(rows, _learned_to(old))
    found = Renewal("too-few", len(rows), parts, asked, old=old, left_out=left_out, on=on)
    if len(parts.newest) < FEWEST:
        return found
    say(worded("learning without the newest {rows} rows", rows=len(parts.newest)))

    def learned(some: Sequence[Row], at: Path) -> tuple[Rules, float]:
        copy_configuration(folder, at)
        part = History(list(some), timed=history.timed)
        done = learn_from(
            part,
            at,
            precision=asked,
            name=name or folder.resolve().name,
            say=say,
            source=gettext("the history"),
        )
        return done.rules, float(done.validation["accuracy"])

    tried, expected = learned(parts.earlier, work / "trial")
    trial = comparison(parts.newest, old, tried, on)
    found = replace(
        found,
        reason=choosing.chosen(trial, asked),
        departure=_departure(parts, old, on, doubts.confirmed_from),
        tried=tried,
        candidate=work / "trial",
        trial=trial,
    )
    fallen = choosing.falls(trial.new.first_right, trial.rows, expected)
    if fallen or found.departure > choosing.DEPARTURE:
        found = replace(found, reason="labels")
    if found.reason not in ("better", "labels"):
        return found
    say(gettext("learning from all rows"))
    new, _ = learned(rows, work / "candidate")
    found = replace(
        found,
        candidate=work / "candidate",
        before=comparison(parts.before, old, new, on),
    )
    if found.better and found.before is not None and choosing.worse(found.before):
        found = replace(found, reason="worse-before")
    return found


def copy_configuration(folder: Path, to: Path) -> None:
    """A configuration folder without what is hidden in it; an empty one where there is none."""
    if folder.exists():
        shutil.copytree(folder, to, ignore=shutil.ignore_patterns(".*"))
    else:
        to.mkdir(parents=True)


def _asked(old: Rules | None) -> float:
    """The precision that the model in force was learned for: a person asked for it."""
    asked = old.model.validation.get("asked_precision") if old and old.model else None
    return asked if isinstance(asked, float) else PRECISION


def _learned_to(old: Rules | None) -> date | None:
    last = old.model.validation.get("to") if old and old.model else None
    return date.fromisoformat(last) if isinstance(last, str) else None


def _undoubted(
    rows: Sequence[Row], old: Rules | None, on: date, doubts: Doubts
) -> tuple[Sequence[Row], int]:
    """Rows but for those of doubted days that look as doubtful as they did: what was corrected
    meanwhile is learned from. And how many were left out."""
    kept = rows
    for start, end in doubts.days:
        inside = [row for row in kept if within(row, start, end)]
        others = [row for row in kept if not within(row, start, end)]
        if choosing.departs(labels(inside, old, on), labels(others, old, on)):
            kept = others
    return kept, len(rows) - len(kept)


def _departure(parts: Stretches, old: Rules | None, on: date, confirmed: date | None) -> float:
    """Of the newest labels from the earlier ones; after a change that a person confirmed, from
    those since, as soon as there are enough."""
    earlier = parts.earlier
    if confirmed is not None:
        since = [row for row in earlier if row.reported_at and row.reported_at.date() >= confirmed]
        earlier = since if len(since) >= FEWEST else earlier
    return choosing.departure(labels(parts.newest, old, on), labels(earlier, old, on))
