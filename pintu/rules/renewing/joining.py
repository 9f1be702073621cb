"""Rows of the case store beside a base history: of what stands in both, the store knows more."""

from collections.abc import AsyncIterable
from datetime import datetime

from pintu.rules.evaluating.labels import Labelled, Unlabelled
from pintu.rules.learning.history import History, Row, moment_of


async def joined(cases: AsyncIterable[Labelled | Unlabelled], base: History | None) -> History:
    """One history in order of time; rows without a time come first, in the order of their file.

    A row of `base` goes where the store has its case (by id, else by its text), with another
    agency or with none: it was handed back, say.
    """
    rows: list[Row] = []
    ids: set[str] = set()
    texts: set[str] = set()
    async for case in cases:
        ids.add(case.id)
        if isinstance(case, Labelled):
            rows.append(_row(case))
            texts.add(_key(case.text))
    kept = [
        row
        for row in (base.rows if base else ())
        if row.id not in ids and (row.id or _key(row.text) not in texts)
    ]
    everything = sorted([*kept, *rows], key=lambda row: row.reported_at or datetime.min)
    return History(
        everything,
        timed=all(row.reported_at is not None for row in everything),
        bad=base.bad if base else {},
        untimed=base.untimed if base else [],
    )


def _row(case: Labelled) -> Row:
    return Row(
        text=case.text,
        agency=case.agency,
        address=case.address or None,
        district=case.district or None,
        village=case.village or None,
        topic=case.topic or None,
        reported_at=moment_of(case.reported_at),
        id=case.id,
    )


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
