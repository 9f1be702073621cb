"""The regime: learn anew, keep what came of it, and put it in force only where it is better."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from broker.errors import PintuError
from config.language import gettext, worded
from config.loading.rules_tables import LEARNED
from pintu.rules.evaluating.diff import changes_record
from pintu.rules.evaluating.html_report import page
from pintu.rules.evaluating.json_report import record as report_record
from pintu.rules.learning.history import History
from pintu.rules.renewing.choosing import Side
from pintu.rules.renewing.comparing import changes, tallied
from pintu.rules.renewing.installing import put_in_force
from pintu.rules.renewing.kept import Learnings, model_in
from pintu.rules.renewing.records import Figures, Record, doubts_of, last_learned
from pintu.rules.renewing.renewal import Renewal, renew
from pintu.rules.renewing.stretches import days_of


def learn_anew(
    history: History,
    folder: Path,
    *,
    now: datetime,
    on: date,
    precision: float | None = None,
    name: str | None = None,
    unless_since: datetime | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Record:
    """Learn from `history`, and put it in force in `folder` where it is better; gives the line
    that was written into the log.

    `unless_since`: nothing is done where a learning came to an end since then, which is given
    instead: another process was faster.

    Raises `BadConfiguration`, and `folder` is as it was; where it can be written, its log has a
    line of it.
    """
    learnings = Learnings(folder)
    with learnings.alone():
        done = last_learned(learnings.records())
        if unless_since is not None and done is not None and done.at >= unless_since:
            return done
        try:
            return _learned(
                learnings, history, now=now, on=on, precision=precision, name=name, say=say
            )
        except (PintuError, OSError) as error:
            note_failure(folder, str(error), now)
            raise


def note_failure(folder: Path, why: str, now: datetime) -> None:
    """A line in the log, if that can be written."""
    with suppress(OSError):
        Learnings(folder).log(Record(at=now, what="failed", detail=why))


def _learned(
    learnings: Learnings,
    history: History,
    *,
    now: datetime,
    on: date,
    precision: float | None,
    name: str | None,
    say: Callable[[str], None],
) -> Record:
    found = renew(
        history,
        learnings.folder,
        learnings.work,
        on=on,
        precision=precision,
        name=name,
        doubts=doubts_of(learnings.records()),
        say=say,
    )
    if found.candidate is None:
        record = record_of(found, at=now, id="", before=learnings.in_force() or "", model="")
        learnings.log(record)
        return record
    before = learnings.keep_what_is_in_force(now)
    record = record_of(
        found, at=now, id=learnings.new_id(now), before=before, model=model_in(found.candidate)
    )
    learnings.keep(record, found.candidate / LEARNED, _reports(found))
    if found.better:
        say(worded("putting it in force in {folder}", folder=learnings.folder))
        put_in_force(found.candidate / LEARNED, learnings.folder, name)
    learnings.log(record)
    learnings.prune()
    return record


def record_of(found: Renewal, *, at: datetime, id: str, before: str, model: str) -> Record:
    """What is remembered of a learning; `installed` says what is meant to follow."""
    days, trial = days_of(found.stretches.newest), found.trial
    return Record(
        at=at,
        what="installed" if found.better else "kept",
        id=id,
        before=before,
        model=model,
        reason=found.reason,
        rows=found.rows,
        left_out=found.left_out,
        newest=len(found.stretches.newest),
        newest_from=days[0] if days else None,
        newest_to=days[1] if days else None,
        asked=found.asked,
        departure=round(found.departure, 4),
        gained=trial.gained if trial else 0,
        lost=trial.lost if trial else 0,
        old=_figures(trial.old) if trial else None,
        new=_figures(trial.new) if trial else None,
    )


def _figures(side: Side) -> Figures:
    return Figures(routed=side.routed, routed_right=side.routed_right, first_right=side.first_right)


def _reports(found: Renewal) -> dict[str, str]:
    """Of the trial: how good the candidate was on the newest rows, and what would go elsewhere."""
    if found.tried is None:
        return {}
    rows = found.stretches.newest
    tally = tallied(rows, found.tried, found.on)
    files = {
        "report.json": json.dumps(report_record(tally, []), ensure_ascii=False, indent=1),
        "report.html": page(tally, gettext("the newest rows"), []),
    }
    if found.old is not None:
        moved = changes_record(changes(rows, found.old, found.tried, found.on), [])
        files["diff.json"] = json.dumps(moved, ensure_ascii=False, indent=1)
    return files
