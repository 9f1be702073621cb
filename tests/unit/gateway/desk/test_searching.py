"""Looking for cases: with an index and without one, the same is found."""

import itertools
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from broker.domain.case import Case, CaseFilter, Said, State
from broker.memory.cases import MemoryCaseStore
from broker.ports import CaseChange
from gateway.desk.indexing import Indexing
from gateway.desk.searching import search, wanted_cases
from tests.contract.keeping import DAY, NOW, a_case, a_clock, a_line, closed, save


class _Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


def having(n: int, anonymous: bool = False, **fields: Any) -> Case:
    complaint: Any = {"text": "bau", **fields}
    case = a_case(opened_at=NOW + n * DAY, clocks=(a_clock(NOW + n * DAY),))
    return replace(case, complaint=complaint, anonymous=anonymous)


async def a_town() -> tuple[MemoryCaseStore, Indexing]:
    """Cases of every kind, and an index of them."""
    store = MemoryCaseStore()
    lamp = having(0, text="Lampu JALAN mati", location={"village": "Rias"})
    said = Said(NOW, "channel.web", "replied", note="di depan pasar")
    inside = Said(NOW, "desk", "assigned", internal_note="lampu milik PLN")
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(lamp, (a_line(lamp),) * 2, said=(said, inside))])
    await save(
        store,
        having(1, title="jalan rusak", reporter={"phone": "0812-345 678"}),
        having(2, text="pasar kotor", external_id="LAPOR-77", category="sampah"),
        having(3, anonymous=True, text="jalan", reporter={"phone": "0812345678"}),
        replace(having(4, text="lampu"), state=State.HELD, agency="dlh", channel="sms"),
        replace(having(5, text="lampu jalan"), classification="aspiration"),
        replace(having(6, text="air"), agency=None, state=State.TRIAGE),
        closed(having(7, text="lampu pasar"), NOW + 8 * DAY),
    )
    indexing = Indexing(store, _Standing())
    await indexing.look()
    return store, indexing


_ASKED: dict[str, tuple[object, ...]] = {
    "text": (None, "jalan lampu", "pasar", '"lampu jalan"', "pln", "lapor-77", "tidak-ada"),
    "place": (None, "rias"),
    "phone": (None, "45678", "678"),
    "state": (None, State.HELD, State.CLOSED),
    "agency": (None, "dlh"),
    "classification": (None, "aspiration"),
    "overdue_at": (None, NOW + 2 * DAY),
    "newest_first": (False, True),
}


async def test_an_index_finds_what_the_store_finds_whatever_is_asked() -> None:
    store, indexing = await a_town()
    some = 0
    for values in itertools.product(*_ASKED.values()):
        wanted = CaseFilter(**dict(zip(_ASKED, values, strict=True)))  # type: ignore[arg-type]
        slow = [case.complaint_id async for case in wanted_cases(store, wanted)]
        quick = [case.complaint_id async for case in wanted_cases(store, wanted, None, indexing)]
        assert quick == slow, wanted
        some += bool(slow)
    assert some > 50


@pytest.mark.parametrize("backwards", [False, True])
async def test_pages_go_on_behind_one_another(backwards: bool) -> None:
    store, indexing = await a_town()
    wanted = CaseFilter(text="a", newest_first=backwards)
    pages, after = list[Case](), None
    for _ in range(10):
        found = await search(store, wanted, 2, after, indexing)
        pages += found.cases
        if (after := found.after) is None:
            break
    assert pages == [case async for case in store.listed(wanted)]


async def test_what_changed_is_found_at_once_where_finding_out_is_quick() -> None:
    store, indexing = await a_town()
    new = having(9, text="jembatan gantung")
    await save(store, new)
    found = await search(store, CaseFilter(text="gantung"), 50, None, indexing)
    assert [case.complaint_id for case in found.cases] == [new.complaint_id]


async def test_words_that_were_dropped_are_found_no_more_even_before_the_index_knows() -> None:
    store, indexing = await a_town()
    indexing._took = 10.0  # so that a search does not look for itself
    wanted = CaseFilter(text="lampu", state=State.CLOSED)
    [gone] = (await search(store, wanted, 50, None, indexing)).cases
    await store.erase(gone.complaint_id, a_line(gone, "forgotten"), (), NOW)
    assert (await search(store, wanted, 50, None, indexing)).cases == ()
    assert gone.complaint_id in indexing.index.ids()
    await indexing.look()
    assert gone.complaint_id not in indexing.index.ids()


async def test_only_what_has_changed_is_read_again() -> None:
    store, indexing = await a_town()
    read = list[int]()
    whole = store.with_words

    async def counted(complaints: Any) -> Any:
        read.append(len(complaints))
        return await whole(complaints)

    store.with_words = counted  # type: ignore[method-assign]
    await indexing.look()
    assert read == []
    await save(store, having(10, text="baru"))
    await indexing.look()
    assert read == [1]


async def test_while_the_index_is_filled_it_is_said_how_far_it_is() -> None:
    store, _ = await a_town()
    found = await search(store, CaseFilter(text="lampu"), 50, None, Indexing(store, _Standing()))
    assert (found.cases, found.filling) == ((), 0)
