"""What every case store promises of records read for figures: memory, SQLite, PostgreSQL."""

import json
import pickle
import sqlite3
from contextlib import closing as closed_after
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from broker.domain.case import Case, Entry, State
from broker.errors import StoreUnavailable
from broker.ports import CaseChange, CaseStore
from tests.contract.keeping import DAY, NOW, a_case, closed, save, stores


async def there(store: CaseStore, since: timedelta = 10 * DAY) -> set[str]:
    found: set[str] = set()
    async with store.records.snapshot() as snapshot:
        async for page in snapshot.pages(NOW - since):
            found |= {json.loads(text)["tracking"] for text in page}
    return found


def a_line(what: str, **others: object) -> Entry:
    line = Entry(NOW, NOW, "agency.dpupr", what, State.ROUTED, State.ROUTED, "dpupr", "dpupr", {})
    return replace(line, **others)  # type: ignore[arg-type]  # fields of a line


async def test_open_cases_and_those_closed_since_are_read_and_no_others(
    case_store: CaseStore,
) -> None:
    still_open, old, new = a_case(opened_at=NOW - 900 * DAY), a_case(), a_case()
    await save(case_store, still_open, closed(old, NOW - 20 * DAY), closed(new, NOW - 5 * DAY))
    assert await there(case_store) == {still_open.tracking, new.tracking}
    assert await there(case_store, 30 * DAY) == {one.tracking for one in (still_open, old, new)}


async def test_a_record_is_the_case_without_its_complaint(case_store: CaseStore) -> None:
    case = a_case()
    await save(case_store, case)
    async with case_store.records.snapshot() as snapshot:
        [page] = [page async for page in snapshot.pages(NOW)]
    record = json.loads(page[0])
    assert (record["complaint_id"], record["state"]) == (str(case.complaint_id), "routed")
    assert record["complaint"] is None


async def test_histories_come_in_order_without_the_lines_of_clocks(case_store: CaseStore) -> None:
    case, other = a_case(), a_case()
    lines = (
        a_line("routed", state_from=None, agency_from=None),
        a_line("escalated"),
        a_line("responded", detail={"supporting": "dlh", "note": '"what":"escalated"'}),
        a_line("assigned", detail={"handover": True}),
    )
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, lines), CaseChange(other)])
    async with case_store.records.snapshot() as snapshot:
        found = await snapshot.steps([case.complaint_id, other.complaint_id])
    assert set(found) == {case.complaint_id}
    assert [
        (one.what, one.before, one.agency_from, one.supporting, one.handover)
        for one in found[case.complaint_id]
    ] == [
        ("routed", None, None, None, False),
        ("responded", "routed", "dpupr", "dlh", False),
        ("assigned", "routed", "dpupr", None, True),
    ]


def said(case: Case, **fields: object) -> Case:
    whole: Any = {**(case.complaint or {}), **fields}
    return replace(case, complaint=whole)


async def test_what_may_be_confidential_is_known(case_store: CaseStore) -> None:
    secret = said(a_case(), confidential=True)
    known = said(a_case(), confidential=False, text='ia tulis "confidential":true')
    plain = a_case()
    gone = replace(a_case(), complaint=None)
    await save(case_store, secret, known, plain, gone)
    ids = [one.complaint_id for one in (secret, known, plain, gone)]
    async with case_store.records.snapshot() as snapshot:
        found = await snapshot.confidential([*ids, UUID(int=7)])
    assert found == {secret.complaint_id, gone.complaint_id, UUID(int=7)}


async def read_apart(store: CaseStore, many: int) -> list[list[str]]:
    """The codes in each part; a case is changed after the parts were made."""
    async with store.records.snapshot() as snapshot:
        found: list[list[str]] = []
        parts = await snapshot.parts(many, 1)
        first = json.loads((await anext(snapshot.pages(NOW)))[0])
        await keep_again(store, UUID(first["complaint_id"]))
        for part in parts:
            pickled = pickle.loads(pickle.dumps(part))
            async with pickled.open() as some:
                pages = [page async for page in some.pages(NOW - 10 * DAY)]
            found.append([json.loads(text)["tracking"] for page in pages for text in page])
        return found


async def keep_again(store: CaseStore, complaint: UUID) -> None:
    async with store.transaction() as transaction:
        [case] = (await transaction.load([complaint])).values()
        await transaction.save([CaseChange(replace(case, rating=5))])


async def test_every_case_is_in_one_part(case_store: CaseStore) -> None:
    cases = [a_case() for _ in range(90)]
    await save(case_store, *cases, closed(a_case(), NOW - 20 * DAY))
    parts = await read_apart(case_store, 3)
    assert not parts or len(parts) == 3
    if parts:
        assert sorted(chain(*parts)) == sorted(case.tracking for case in cases)
        assert sum(map(bool, parts)) > 1


async def test_histories_are_read_in_a_part_too(case_store: CaseStore) -> None:
    case = a_case()
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line("responded"),))])
    async with case_store.records.snapshot() as snapshot:
        for part in await snapshot.parts(1, 1):
            async with part.open() as some:
                assert [
                    one.what for one in (await some.steps([case.complaint_id]))[case.complaint_id]
                ] == ["responded"]


async def test_few_cases_are_not_parted(case_store: CaseStore) -> None:
    async with case_store.records.snapshot() as snapshot:
        assert not await snapshot.parts(2, 1)
    await save(case_store, a_case(), a_case())
    async with case_store.records.snapshot() as snapshot:
        assert not await snapshot.parts(2, 10_000)


async def test_a_file_that_was_written_anew_meanwhile_is_not_read_in_parts(tmp_path: Path) -> None:
    """Its rows may have other numbers then."""
    async with stores(f"sqlite:///{tmp_path}/cases") as opens:
        store = await opens()
        await save(store, a_case())
        async with store.records.snapshot() as snapshot:
            [part] = await snapshot.parts(1, 1)
            with closed_after(sqlite3.connect(tmp_path / "cases")) as connection:
                connection.execute("VACUUM")
            with pytest.raises(StoreUnavailable, match="anew"):
                async with part.open():
                    pass
