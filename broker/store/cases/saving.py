"""Changes to cases as rows, a statement for all of a kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from broker.domain.case import Case
from broker.errors import StoreUnavailable
from broker.ports import CaseChange
from broker.store.cases.given import Given, GivenOut
from broker.store.cases.hot import HotStatements
from broker.store.cases.rows import CaseRows, cause_row, line_row, said_rows, text_row
from broker.store.cases.tables import (
    ALWAYS_CHANGED,
    SEARCHED,
    case_conversation,
    case_history,
    case_owed,
    case_texts,
    cases,
)
from broker.store.driver import Row


@dataclass(slots=True)
class _Changed:
    """Rows to write: cases that are new, those of which searched columns change, and the others;
    their new texts; what is owed, and the ids of those that owe something else now; lines, what was
    said in them, and causes; closed cases in which somebody spoke once more."""

    new: list[Row] = field(default_factory=list)
    moved: list[Row] = field(default_factory=list)
    fired: list[Row] = field(default_factory=list)
    new_texts: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    spoken: list[Row] = field(default_factory=list)
    owed_anew: list[UUID] = field(default_factory=list)
    owed: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    said: list[Row] = field(default_factory=list)
    causes: list[Row] = field(default_factory=list)


class Saving:
    """Writes changes by the hot statements."""

    def __init__(self, hot: HotStatements, given: GivenOut) -> None:
        self._hot = hot
        self._given = given

    def save(self, changes: Sequence[CaseChange]) -> None:
        """See the port."""
        changed, rows = _Changed(), CaseRows()
        for change in _one_each(changes):
            self._take(change, changed, rows)
        hot = self._hot
        self._begin(changed.new)
        hot.change((*SEARCHED, *ALWAYS_CHANGED), changed.moved)
        hot.change(ALWAYS_CHANGED, changed.fired)
        hot.remove(case_owed, changed.owed_anew)
        hot.insert(case_owed, changed.owed)
        hot.insert(case_history, changed.lines)
        hot.remember(changed.causes)
        hot.insert(case_texts, changed.new_texts)
        hot.put_texts(changed.texts)
        hot.insert(case_conversation, changed.said)
        hot.change(("words_gone",), changed.spoken)

    def _take(self, change: CaseChange, changed: _Changed, rows: CaseRows) -> None:
        case = change.case
        complaint, history = case.complaint_id, change.history
        given = self._given.get(complaint)
        lines = given.lines if given else 0
        changed.lines += [line_row(complaint, n, line) for n, line in enumerate(history, lines)]
        changed.causes += [cause_row(complaint, cause) for cause in change.causes]
        lines += len(history)
        if change.said:
            changed.said += said_rows(complaint, change.said, lines)
        row = rows.case(case, lines)
        if given is None:
            changed.new.append(row)
            changed.owed += rows.owed(case)
            if case.complaint is not None:
                changed.new_texts.append(text_row(complaint, case.complaint))
        else:
            self._take_known(given.case, case, row, changed, rows)
            if change.said and not given.case.open:
                changed.spoken.append(row)  # after its words went there are some again
        self._given[complaint] = Given(case, lines)

    def _take_known(
        self, before: Case, case: Case, row: Row, changed: _Changed, rows: CaseRows
    ) -> None:
        searched = before.agency, before.state, before.calendar
        same = searched == (case.agency, case.state, case.calendar)
        (changed.fired if same else changed.moved).append(row)
        if rows.deadlines(case) != rows.deadlines(before):
            changed.owed_anew.append(case.complaint_id)
            changed.owed += rows.owed(case)
        if case.complaint is not None and case.complaint != before.complaint:
            changed.texts.append(text_row(case.complaint_id, case.complaint))

    def _begin(self, new: Sequence[Row]) -> None:
        try:
            self._hot.insert(cases, new)
        except IntegrityError as error:
            # Whoever had the queue before us was still at it. Tried again, it is there to load.
            raise StoreUnavailable("another transaction began one of these cases") from error


def _one_each(changes: Iterable[CaseChange]) -> list[CaseChange]:
    """Several changes to one case are one: the last value, and all that is to be remembered. In
    the order of the ids: neighbours in the tables are written together."""
    merged: dict[UUID, CaseChange] = {}
    for change in changes:
        before = merged.get(change.case.complaint_id)
        merged[change.case.complaint_id] = _merged(before, change) if before else change
    return [merged[complaint] for complaint in sorted(merged, key=_order)]


def _merged(first: CaseChange, last: CaseChange) -> CaseChange:
    complaint = last.case.complaint
    if complaint is None:
        complaint = first.case.complaint
    return CaseChange(
        replace(last.case, complaint=complaint),
        (*first.history, *last.history),
        (*first.causes, *last.causes),
        (*first.said, *last.said),
    )


def _order(complaint: UUID) -> int:
    return complaint.int
