"""What every case store promises of records read for figures: memory, SQLite, PostgreSQL."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from broker.domain.case import Case, Entry, State
from broker.ports import CaseChange, CaseStore
from tests.contract.keeping import DAY, NOW, a_case, closed, save


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
    )
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, lines), CaseChange(other)])
    async with case_store.records.snapshot() as snapshot:
        found = await snapshot.steps([case.complaint_id, other.complaint_id])
    assert set(found) == {case.complaint_id}
    assert [
        (one.what, one.before, one.agency_from, one.supporting) for one in found[case.complaint_id]
    ] == [
        ("routed", None, None, None),
        ("responded", "routed", "dpupr", "dlh"),
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
