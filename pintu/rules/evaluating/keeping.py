"""A comparison of rules for the page of the rules: figures and names, no word of a complaint."""

from datetime import datetime

from gateway.desk.kept_diff import Balance, KeptDiff, Move, Side
from pintu.rules.evaluating.diff import Changes
from pintu.rules.evaluating.diff import Side as Counted


def kept_diff(changes: Changes, source: str, now: datetime) -> KeptDiff:
    """What is kept of it; ``source``: the name of the history's file."""
    return KeptDiff(
        made_at=now,
        old=changes.old.version,
        new=changes.new.version,
        source=source,
        on=changes.on,
        rows=changes.rows,
        moved=changes.moved,
        to_desk=changes.to_desk,
        from_desk=changes.from_desk,
        known=changes.known,
        before=_side(changes.before),
        after=_side(changes.after),
        agencies=tuple(
            Balance(
                agency=one.agency,
                name=_name(changes, one.agency) or "",
                before=one.before,
                loses=one.loses,
                gains=one.gains,
                after=one.after,
            )
            for one in changes.by_agency()
        ),
        moves=tuple(
            Move(
                left=_name(changes, left),
                got=_name(changes, got),
                rows=move.rows,
                better=move.better,
                worse=move.worse,
            )
            for (left, got), move in changes.sorted_moves()
        ),
    )


def _side(side: Counted) -> Side:
    return Side(routed=side.routed, right=side.right, wrong=side.wrong)


def _name(changes: Changes, code: str | None) -> str | None:
    return None if code is None else changes.called(code)
