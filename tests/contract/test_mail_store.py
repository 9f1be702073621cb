"""What every store of mails promises: SQLite, PostgreSQL, and the twin in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from broker.memory import MemoryMailStore
from broker.ports import Mail, MailOutcome, MailStore, Waiting
from broker.store.gateway import open_mail_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Open = Callable[[], Awaitable[MailStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the store of this test once more, as a further process would."""
    shared = MemoryMailStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> MailStore:
            if not url:
                return shared
            store = await open_mail_store(url)
            stack.push_async_callback(store.close)
            return store

        yield connect


def a_mail(id: str = "m1", **others: object) -> Mail:
    mail = Mail(
        id=id,
        kind="complaints",
        verb="routed",
        role="agency",
        agency="dlh",
        of="dlh",
        address="dlh@basel.test",
        complaint_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        tracking="7K3M-9QRT-2XWA",
        facts="{}",
        digest=False,
        made_at=NOW,
        due_at=NOW,
    )
    return replace(mail, **others)  # type: ignore[arg-type]  # fields of a mail


async def test_a_mail_that_is_kept_twice_is_one(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    await one.keep([a_mail("m1"), a_mail("m2")])
    await two.keep([a_mail("m2", address="x@y.test"), a_mail("m3")])
    await two.keep([])
    kept = await two.listed(["waiting"], 10)
    assert kept == [a_mail("m1"), a_mail("m2"), a_mail("m3")]


async def test_an_escalation_goes_before_what_has_been_due_for_longer(open_again: Open) -> None:
    store = await open_again()
    await store.keep([a_mail("m1", due_at=NOW - MINUTE), a_mail("m2", kind="escalations")])
    first = await store.claim(NOW, NOW + MINUTE)
    assert first == [a_mail("m2", kind="escalations", claimed_until=NOW + MINUTE)]
    assert [mail.id for mail in await store.claim(NOW, NOW + MINUTE)] == ["m1"]
    assert await store.claim(NOW, NOW + MINUTE) == []


async def test_what_one_has_in_hand_another_is_not_given_before_its_time(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    await one.keep([a_mail()])
    assert await one.claim(NOW, NOW + MINUTE)
    assert await two.claim(NOW, NOW + MINUTE) == []
    assert await two.next_due() == NOW + MINUTE
    assert [mail.id for mail in await two.claim(NOW + MINUTE, NOW + 2 * MINUTE)] == ["m1"]


async def test_a_digest_is_all_that_is_due_to_one_address(open_again: Open) -> None:
    store = await open_again()
    await store.keep(
        [
            a_mail("m1", digest=True),
            a_mail("m2", digest=True),
            a_mail("m3", digest=True, due_at=NOW + MINUTE),
            a_mail("m4", digest=True, address="other@basel.test"),
            a_mail("m5"),
        ]
    )
    together = [[mail.id for mail in await store.claim(NOW, NOW + MINUTE)] for _ in range(3)]
    assert together == [["m1", "m2"], ["m4"], ["m5"]]


async def test_what_became_of_a_mail_is_recorded(open_again: Open) -> None:
    store = await open_again()
    await store.keep([a_mail("m1"), a_mail("m2"), a_mail("m3", due_at=NOW + MINUTE)])
    await store.claim(NOW, NOW + MINUTE)
    await store.claim(NOW, NOW + MINUTE)
    later = NOW + 5 * MINUTE
    await store.record(
        [
            MailOutcome("m1", "sent", 0),
            MailOutcome("m2", "waiting", 1, "450", later),
        ],
        NOW,
    )
    assert await store.listed(["sent"], 10) == [a_mail("m1", state="sent", ended_at=NOW)]
    waits = a_mail("m2", tries=1, error="450", due_at=later)
    assert await store.listed(["waiting"], 10) == [waits, a_mail("m3", due_at=NOW + MINUTE)]
    assert await store.next_due() == NOW + MINUTE
    assert await store.waiting() == [Waiting("complaints", 2, NOW + MINUTE)]


async def test_one_that_ended_is_sent_again_and_one_that_waits_is_not(open_again: Open) -> None:
    store = await open_again()
    await store.keep([a_mail()])
    assert not await store.again("m1", NOW)
    await store.record([MailOutcome("m1", "refused", 3, "550")], NOW)
    assert await store.next_due() is None
    assert await store.again("m1", NOW + MINUTE)
    assert not await store.again("m9", NOW)
    anew = a_mail(due_at=NOW + MINUTE, made_at=NOW + MINUTE)
    assert await store.listed(["waiting"], 10) == [anew]


async def test_what_ended_long_ago_is_dropped_and_what_waits_is_not(open_again: Open) -> None:
    store = await open_again()
    await store.keep([a_mail("m1"), a_mail("m2"), a_mail("m3")])
    await store.record([MailOutcome("m1", "sent", 0), MailOutcome("m2", "sent", 0)], NOW)
    assert await store.forget_mails(NOW, 10) == 0
    assert await store.forget_mails(NOW + MINUTE, 1) == 1
    assert await store.forget_mails(NOW + MINUTE, 10) == 1
    assert [mail.id for mail in await store.listed(["waiting", "sent"], 10)] == ["m3"]


async def test_a_store_that_can_be_written_passes_its_check(open_again: Open) -> None:
    await (await open_again()).check()
