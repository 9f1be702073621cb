"""The cases that the router named: which of them may stand beside a case, as they are now."""

from dataclasses import replace
from uuid import uuid4

from broker.domain.case import Case
from broker.memory import MemoryCaseStore
from gateway.desk.told_similar import told_similar
from tests.contract.keeping import a_case, closed, save


async def beside(case: Case, *others: Case) -> list[Case]:
    store = MemoryCaseStore()
    await save(store, *others)
    named = (*(one.complaint_id for one in others), uuid4())
    return await told_similar(store, replace(case, decision=replace(case.decision, similar=named)))


async def test_open_ones_are_shown_in_the_order_in_which_they_were_named() -> None:
    one, other = a_case(), a_case()
    found = await beside(a_case(), one, closed(a_case()), other)
    assert [case.complaint_id for case in found] == [one.complaint_id, other.complaint_id]


async def test_what_is_for_few_eyes_is_not_shown() -> None:
    secret = replace(a_case(), complaint={"text": "rahasia", "confidential": True})
    assert await beside(a_case(), replace(a_case(), oversight=True), secret) == []


async def test_anonymous_and_named_ones_do_not_stand_beside_one_another() -> None:
    nameless = replace(a_case(), anonymous=True)
    assert await beside(a_case(), nameless) == []
    assert await beside(nameless, a_case()) == []
    assert len(await beside(nameless, replace(a_case(), anonymous=True))) == 1


async def test_a_case_of_before_there_were_any_names_none() -> None:
    assert await told_similar(MemoryCaseStore(), a_case()) == []
