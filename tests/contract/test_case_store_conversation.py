"""What every case store promises of a conversation: in memory, SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event

from broker.domain.case import Case, Said
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from schemas.limits import CONVERSATION_BYTES, CONVERSATION_NEWEST
from tests.contract.keeping import DAY, NOW, OpenStore, a_case, a_line, closed

QUESTION = Said(
    NOW,
    "agency.dishub",
    "held",
    note="Tiang nomor berapa?",
    internal_note="Tanya PLN dulu.",
    attachments=({"url": "https://contoh.id/tiang.jpg", "size": 7},),
)
ANSWER = Said(NOW + timedelta(hours=1), "channel.web", "replied", note="Nomor 7 \U0001f64f")
BACK = Said(
    NOW + timedelta(hours=2), "agency.dishub", "returned", reason="bukan kami", suggest="PLN"
)


async def say(store: CaseStore, case: Case, *said: Said) -> None:
    async with store.transaction() as transaction:
        await transaction.load([case.complaint_id], whole=())
        lines = tuple(a_line(case, one.verb) for one in said)
        await transaction.save([CaseChange(case, lines, said=said)])


async def with_case(store: CaseStore, *complaints: UUID) -> dict[UUID, tuple[Said, ...]]:
    async with store.transaction() as transaction:
        found = await transaction.load(complaints, whole=(), told=complaints)
    return {complaint: case.conversation for complaint, case in found.items()}


async def test_what_was_said_stays_with_its_case_in_the_order_in_which_it_was_said(
    open_stores: OpenStore,
) -> None:
    store, case, other = await open_stores(), a_case(), a_case()
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line(case),)), CaseChange(other)])
    await say(store, case, QUESTION)
    await say(store, case)
    await say(store, case, ANSWER, BACK)
    again = await open_stores()
    everything = [QUESTION, ANSWER, BACK]
    assert await again.conversation(case.complaint_id) == everything
    assert await again.conversation(case.complaint_id, newest=2) == everything[1:]
    assert await again.conversation(case.complaint_id, newest=0) == []
    assert await again.conversation(other.complaint_id) == []
    kept = await again.find(case.complaint_id)
    assert await again.with_conversation(case.tracking, 2) == (kept, everything[1:])
    assert await again.with_conversation(case.tracking, 2, lambda _: False) == (kept, [])
    assert await again.with_conversation("0000-0000-0000", 2) is None
    assert await with_case(again, case.complaint_id, other.complaint_id) == {
        case.complaint_id: tuple(everything),
        other.complaint_id: (),
    }


async def test_a_conversation_comes_only_with_the_cases_that_are_asked_for(
    case_store: CaseStore,
) -> None:
    case = a_case()
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line(case),), said=(ANSWER,))])
    async with case_store.transaction() as transaction:
        found = await transaction.load([case.complaint_id])
    assert found[case.complaint_id].conversation == ()


async def test_the_newest_go_with_a_case_and_all_of_it_is_kept(case_store: CaseStore) -> None:
    case = a_case()
    said = tuple(replace(ANSWER, note=f"nomor {n}") for n in range(CONVERSATION_NEWEST + 7))
    await say(case_store, case, *said[:30])
    await say(case_store, case, *said[30:])
    found = await with_case(case_store, case.complaint_id)
    assert found[case.complaint_id] == said[7:]
    assert await case_store.conversation(case.complaint_id) == list(said)


async def test_no_more_bytes_of_it_go_with_a_case_than_are_passed_on_but_the_last_word_does(
    case_store: CaseStore,
) -> None:
    one, two = a_case(), a_case()
    long = replace(ANSWER, note="\U0001f64f" * (CONVERSATION_BYTES // 4 // 3))
    whole = replace(ANSWER, note="x" * CONVERSATION_BYTES)
    await say(case_store, one, QUESTION, long, long, long, BACK)
    await say(case_store, two, QUESTION, whole)
    found = await with_case(case_store, one.complaint_id, two.complaint_id)
    assert found == {one.complaint_id: (long, long, BACK), two.complaint_id: (whole,)}


async def test_all_that_was_said_goes_with_the_words_of_a_closed_case(
    case_store: CaseStore,
) -> None:
    case, other = a_case(), a_case()
    await say(case_store, case, QUESTION, ANSWER)
    await say(case_store, other, QUESTION)
    await say(case_store, closed(case), BACK)
    assert await case_store.conversation(case.complaint_id) == [QUESTION, ANSWER, BACK]
    assert await case_store.forget_words(NOW + DAY, 10, NOW) == 1
    assert await case_store.conversation(case.complaint_id) == []
    await say(case_store, closed(case), BACK)
    assert await case_store.conversation(case.complaint_id) == [BACK]
    assert await case_store.forget_words(NOW + DAY, 10, NOW) == 1
    assert await case_store.conversation(case.complaint_id) == []
    assert await case_store.conversation(other.complaint_id) == [QUESTION]


async def test_a_block_that_raises_has_nothing_said(case_store: CaseStore) -> None:
    case = a_case()
    await say(case_store, case, QUESTION)
    try:
        async with case_store.transaction() as transaction:
            await transaction.load([case.complaint_id])
            await transaction.save([CaseChange(case, (a_line(case),), said=(ANSWER,))])
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert await case_store.conversation(case.complaint_id) == [QUESTION]


async def test_what_is_said_in_two_transactions_at_once_is_all_there(
    open_stores: OpenStore,
) -> None:
    one, two, case = await open_stores(), await open_stores(), a_case()
    await say(one, case, QUESTION)
    await asyncio.gather(*(say(store, case, ANSWER) for store in (one, two) for _ in range(5)))
    assert await one.conversation(case.complaint_id) == [QUESTION, *[ANSWER] * 10]


async def test_the_words_of_a_closed_case_are_overwritten_in_the_file(tmp_path: Path) -> None:
    store, case = await open_case_store(f"sqlite:///{tmp_path}/cases.db"), a_case()
    await say(store, case, replace(ANSWER, note="Kuncinya di bawah pot"))
    await say(store, closed(case))
    await store.forget_words(NOW + DAY, 10, NOW)
    await store.close()
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"bawah pot" not in left


async def test_where_nobody_says_anything_it_costs_nothing(tmp_path: Path) -> None:
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.db")
    asked: list[str] = []

    def listen(connection: Any) -> None:
        connection.connection.driver_connection.set_trace_callback(asked.append)

    event.listen(store._database.engine, "begin", listen)
    case = a_case()
    await say(store, case)
    await say(store, replace(case, hops=1))
    assert asked
    assert [one for one in asked if "case_conversation" in one] == []
    await say(store, replace(case, hops=2), ANSWER)
    assert len([one for one in asked if "case_conversation" in one]) == 1
    await store.close()
