"""All that a case store says, to be held against another one."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from broker.domain.case import Case, CaseFilter, State
from broker.ports import CaseStore
from broker.store.cases import open_case_store

_ALL: Final = 1 << 40


async def everything(store: CaseStore) -> dict[str, object]:
    """Of each case its value, its history and what was said in it."""
    found: dict[str, object] = {}
    async for case in _cases_of(store):
        complaint = case.complaint_id
        found[str(complaint)] = (
            case,
            await store.history(complaint),
            await store.conversation(complaint),
        )
    return found


async def everything_at(url: str) -> dict[str, object]:
    """The same of the store at a URL."""
    store = await open_case_store(url)
    try:
        return await everything(store)
    finally:
        await store.close()


def are_alike(found: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    """Fails with the first case that differs."""
    assert found.keys() == wanted.keys(), (len(found), len(wanted))
    differing = [one for one in wanted if wanted[one] != found[one]]
    assert not differing, (len(differing), wanted[differing[0]], found[differing[0]])


async def _cases_of(store: CaseStore) -> AsyncIterator[Case]:
    for wanted in (CaseFilter(), CaseFilter(state=State.CLOSED)):
        async for case in store.listed(wanted, most=_ALL):
            yield case
