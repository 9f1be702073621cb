"""What has ended, or is for few eyes only, is taken back from the router's journal."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from broker.domain.case import Case
from broker.errors import StoreUnavailable
from broker.memory import MemoryCaseStore, MemoryJournal
from consumers.cases.withdrawing import Withdrawing
from tests.contract.keeping import NOW, a_case, closed, save


class Frozen:
    def now(self) -> Any:
        return NOW


async def journal_with(*complaints: UUID) -> MemoryJournal:
    journal = MemoryJournal()
    async with journal.recording(complaints, NOW, dict.fromkeys(complaints, b"numbers")):
        pass
    return journal


async def named(journal: MemoryJournal) -> set[UUID]:
    read = await journal.fingerprints.since(0, 100)
    return {one.complaint for one in read.found if one.fingerprint is not None}


def withdrawing(journal: MemoryJournal, store: MemoryCaseStore | None = None) -> Withdrawing:
    async def open_journal() -> MemoryJournal:
        return journal

    return Withdrawing(open_journal, cast(Any, store or MemoryCaseStore()), Frozen())


def batch(*changes: tuple[Case, str]) -> Any:
    lines = [
        SimpleNamespace(what=what, state=case.state, complaint=case.complaint_id)
        for case, what in changes
    ]
    cases = {case.complaint_id: case for case, _ in changes}
    return SimpleNamespace(
        done=SimpleNamespace(case_batch=SimpleNamespace(lines=lines, cases=cases))
    )


async def test_what_is_closed_or_confirmed_as_oversight_is_withdrawn_and_no_other() -> None:
    ended, stays = closed(a_case()), a_case()
    secret, known = replace(a_case(), oversight=True), replace(a_case(), oversight=True)
    cases = (ended, stays, secret, known)
    journal = await journal_with(*(case.complaint_id for case in cases))
    told = withdrawing(journal)
    told(batch((ended, "dismissed"), (stays, "assigned"), (secret, "assigned"), (known, "held")))
    await told.tell()
    assert await named(journal) == {stays.complaint_id, known.complaint_id}


async def test_what_could_not_be_told_is_told_the_next_time() -> None:
    ended = closed(a_case())
    journal = await journal_with(ended.complaint_id)
    told = withdrawing(journal)
    told(batch((ended, "dismissed")))
    journal.away = True
    with pytest.raises(StoreUnavailable):
        await told.tell()
    journal.away = False
    await told.tell()
    assert await named(journal) == set()


async def test_what_another_process_closed_is_found_by_a_sweep() -> None:
    store = MemoryCaseStore()
    ended, late, stays = closed(a_case()), a_case(), a_case()
    await save(store, ended, late, stays)
    journal = await journal_with(*(case.complaint_id for case in (ended, late, stays)))
    told = withdrawing(journal, store)
    await told.sweep()
    assert await named(journal) == {late.complaint_id, stays.complaint_id}
    await save(store, closed(late, NOW - timedelta(minutes=10)))
    await told.sweep()
    assert await named(journal) == {stays.complaint_id}
    await told.close()


async def test_a_batch_without_a_change_asks_for_no_journal() -> None:
    async def no_journal() -> MemoryJournal:
        raise AssertionError("nobody needs it")

    told = Withdrawing(no_journal, cast(Any, MemoryCaseStore()), Frozen())
    told(cast(Any, SimpleNamespace(done=None)))
    told(batch((a_case(), "routed")))
    await told.tell()
    await told.sweep()
    await told.close()


@pytest.mark.parametrize("how", ["replied", "returned"])
async def test_what_turns_out_to_be_oversight_is_withdrawn_however_that_came(how: str) -> None:
    """Decided anew, by what its reporter adds or as an agency hands it back."""
    secret = replace(a_case(), oversight=True)
    journal = await journal_with(secret.complaint_id)
    told = withdrawing(journal)
    told(batch((secret, how)))
    await told.tell()
    assert await named(journal) == set()
