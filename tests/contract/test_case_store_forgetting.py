"""What every case store promises to forget: words after a while, a person at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from broker.domain.case import Case, Entry, Said
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from tests.contract.keeping import DAY, NOW, a_case, a_line, an_aside, closed, save
from tests.support.postgres import OwnPostgres

MARK = "Siti Maryamah"
"""Of a person: it stands everywhere where somebody can put it."""


def marked(**changes: object) -> Case:
    case = replace(a_case(), of={"source": "/channels/web", "id": MARK})
    decision = replace(case.decision, because=f"{MARK} says so")
    complaint = {"text": f"Saya {MARK} " * 300, "title": MARK, "reporter": {"name": MARK}}
    return replace(case, decision=decision, complaint=complaint, **changes)  # type: ignore[arg-type]


def lines(case: Case) -> tuple[Entry, ...]:
    return (
        a_line(case, "returned", reason=f"{MARK} bukan warga", suggest=MARK, to="dlh"),
        a_line(case, "held", note=f"Ibu {MARK}, nomor berapa?"),
        a_line(case, "escalated", rung="breach"),
    )


SAID = Said(NOW, "channel.web", "replied", note=f"{MARK}: nomor 7")


async def with_marks(store: CaseStore, at: datetime = NOW) -> Case:
    """A closed case full of them."""
    case = marked()
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(case, lines(case), ("u-1",), (SAID,))])
        await transaction.defer(
            [an_aside(str(case.complaint_id), case.complaint_id, body=MARK.encode())]
        )
    end = closed(case, at)
    assert end.closed
    end = replace(end, closed=replace(end.closed, reason=f"{MARK} sudah dihubungi"))
    await save(store, end)
    return end


async def test_words_of_a_closed_case_stay_for_their_time_and_go_with_what_people_wrote_of_it(
    case_store: CaseStore,
) -> None:
    old, young = await with_marks(case_store), await with_marks(case_store, NOW + DAY)
    still = marked()
    await save(case_store, still)

    assert await case_store.forget_words(NOW + DAY, 10, NOW) == 1
    assert await case_store.forget_words(NOW + DAY, 10, NOW) == 0

    kept = await case_store.find(old.complaint_id)
    assert kept is not None and kept.closed and old.closed
    assert kept.complaint is None
    assert MARK not in repr(replace(kept, of=None))
    assert (kept.closed.at, kept.closed.by, kept.closed.how) == (NOW, "desk.sri", "dismissed")
    history = await case_store.history(old.complaint_id)
    assert [(line.what, dict(line.detail)) for line in history] == [
        ("returned", {"to": "dlh"}),
        ("held", {}),
        ("escalated", {"rung": "breach"}),
    ]
    assert await case_store.conversation(old.complaint_id) == []
    for other in (young, still):
        found = await case_store.find(other.complaint_id)
        assert found is not None and found.complaint is not None
    assert await case_store.conversation(young.complaint_id) == [SAID]


async def test_words_go_a_few_at_a_time_the_oldest_first(case_store: CaseStore) -> None:
    ends = [await with_marks(case_store, NOW + n * timedelta(hours=1)) for n in range(3)]
    assert await case_store.forget_words(NOW + DAY, 2, NOW) == 2
    left = [await case_store.conversation(case.complaint_id) for case in ends]
    assert left == [[], [], [SAID]]
    assert await case_store.forget_words(NOW + DAY, 2, NOW) == 1


async def test_of_an_erased_person_nothing_is_left_but_codes_and_who_did_it(
    case_store: CaseStore,
) -> None:
    case, other = await with_marks(case_store), await with_marks(case_store)
    open_case = marked()
    await save(case_store, open_case)
    told = a_line(case, "forgotten")

    assert await case_store.erase(case.complaint_id, told, (), NOW)
    assert not await case_store.erase(open_case.complaint_id, told, (), NOW)

    found = await case_store.find(case.complaint_id)
    history = await case_store.history(case.complaint_id)
    assert found is not None
    assert MARK not in repr((found, history))
    assert (found.tracking, found.agency, found.opened_at) == (
        case.tracking,
        case.agency,
        case.opened_at,
    )
    assert history[-1] == told
    assert await case_store.lines(case.complaint_id) == 4
    assert await case_store.conversation(case.complaint_id) == []
    async with case_store.transaction() as transaction:
        ids = [case.complaint_id, other.complaint_id]
        waiting = await transaction.deferred(ids)
    assert [one.complaint for one in waiting] == [other.complaint_id]
    assert await case_store.find(open_case.complaint_id) == open_case


def files_with(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*"):
        if file.is_file() and MARK.encode() in file.read_bytes():
            yield str(file.relative_to(folder))


async def test_no_byte_of_an_erased_person_is_left_in_an_sqlite_file_or_its_log(
    tmp_path: Path,
) -> None:
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.sqlite3")
    neighbours = [a_case() for _ in range(300)]
    case = await with_marks(store)
    await save(store, *neighbours)
    assert set(files_with(tmp_path)) & {"cases.sqlite3", "cases.sqlite3-wal"}
    assert await store.erase(case.complaint_id, a_line(case, "forgotten"), (), NOW)
    assert await store.vacuum() is None
    assert not list(files_with(tmp_path))
    await store.close()


async def test_no_byte_of_an_erased_person_is_left_in_the_tables_of_postgresql(
    own_postgres: OwnPostgres,
) -> None:
    url = own_postgres.database("erased")
    store = await open_case_store(url)
    case = await with_marks(store)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        base = Path(connection.execute("SHOW data_directory").fetchone()[0]) / "base"  # type: ignore[index]
        assert list(files_with(base))
        assert await store.erase(case.complaint_id, a_line(case, "forgotten"), (), NOW)
        assert await store.vacuum() is None
        connection.execute("CHECKPOINT")
    assert not list(files_with(base))
    await store.close()
