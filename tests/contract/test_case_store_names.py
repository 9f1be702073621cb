"""What every case store promises of tracking codes within a transaction."""

from dataclasses import replace
from uuid import uuid4

from broker.ports import CaseChange, CaseStore
from tests.contract.keeping import a_case, closed, save


async def test_a_tracking_code_gives_the_ids_of_all_cases_that_have_it(
    case_store: CaseStore,
) -> None:
    one, two, other = a_case(), a_case(), a_case()
    same = replace(two, tracking=one.tracking)
    await save(case_store, one, same, closed(other))
    async with case_store.transaction() as transaction:
        codes = [one.tracking, other.tracking, "0000-0000-0000", "'; --"]
        assert await transaction.named(codes) == {
            one.tracking: {one.complaint_id, same.complaint_id},
            other.tracking: {other.complaint_id},
        }
        assert await transaction.named([]) == {}
        many = [f"c-{n}" for n in range(500)]
        assert await transaction.named([*many, other.tracking]) == {
            other.tracking: {other.complaint_id}
        }


async def test_a_case_that_the_transaction_has_saved_is_found_by_its_code(
    case_store: CaseStore,
) -> None:
    case = a_case(complaint_id=uuid4())
    async with case_store.transaction() as transaction:
        await transaction.load([case.complaint_id])
        await transaction.save([CaseChange(case)])
        assert await transaction.named([case.tracking]) == {case.tracking: {case.complaint_id}}
