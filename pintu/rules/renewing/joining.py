"""Rows of the case store beside a base history: of what stands in both, the store knows more."""

from collections.abc import AsyncIterable
from datetime import datetime

from pintu.rules.evaluating.labels import Labelled, Unlabelled
from pintu.rules.learning.history import History, Row, moment_of


async def joined(cases: AsyncIterable[Labelled | Unlabelled], *earlier: History | None) -> History:
    """One history in order of time; rows without a time come first, in the order of their file.

    `earlier`: files, the surest first. A row of a file goes where the store or a surer file has its
    case (by id, else by its text), with another agency or with none: it was handed back, say.
    """
    rows: list[Row] = []
    ids: set[str | None] = set()
    texts: set[str] = set()
    bad: dict[str, list[int]] = {}
    untimed: list[int] = []
    async for case in cases:
        ids.add(case.id)
        if isinstance(case, Labelled):
            rows.append(_row(case))
            texts.add(_key(case.text))
    for file in earlier:
        if file is None:
            continue
        kept = [
            row
            for row in file.rows
            if (row.id not in ids if row.id else _key(row.text) not in texts)
        ]
        rows = [*kept, *rows]
        ids.update(row.id for row in kept if row.id)
        texts.update(_key(row.text) for row in kept)
        bad.update(file.bad)
        untimed.extend(file.untimed)
    return History(
        sorted(rows, key=lambda row: row.reported_at or datetime.min),
        timed=all(row.reported_at is not None for row in rows),
        bad=bad,
        untimed=untimed,
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
