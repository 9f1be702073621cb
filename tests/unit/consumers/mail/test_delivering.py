"""From the store to a real mail server: what it says of a mail, and what becomes of it.

Time is set by the tests; only the server's answers take any.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from broker.contacts import Contact, Contacts
from broker.memory import MemoryCaseStore, MemoryMailStore
from broker.messaging.messages import Incoming
from broker.ports import CaseChange, Mail
from config.smtp import parse_smtp
from consumers.mail.composing import Sender
from consumers.mail.delivering import LEASE, Delivering
from consumers.mail.reading import mails_of, read_event
from consumers.mail.sending import ServerAway, Smtp
from consumers.runtime.metrics import MailMetrics
from tests.support.smtp import Post, free_port, mail_server
from tests.unit.broker.domain.case.story import Story
from tests.unit.consumers.mail.office import (
    DLH,
    HEAD,
    NOW,
    RULES,
    TRACKING,
    an_event,
    clocks,
    contacts,
    digest_at,
    escalated,
    world,
)

OTHER = Contact("agency", "dpupr", "loket@dpupr.test", "", DLH.tells)
TEXT, NAME, PHONE = "sampah dan seekor merpati", "Siti Rahmawati", "081377712345"


@dataclass
class Hand:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


class Work:
    """A process of the mails, on stores in memory."""

    def __init__(self, port: int, found: Contacts) -> None:
        self.contacts = found
        self.clock = Hand()
        self.store, self.cases = MemoryMailStore(), MemoryCaseStore()
        self.registry = CollectorRegistry()
        self.seconds = 0.0
        self.port = port
        self.restart()

    def restart(self, rate: int = 6000) -> None:
        """Another process on the same stores."""
        self.registry = CollectorRegistry()
        self.smtp = Smtp(
            parse_smtp(f"smtp://127.0.0.1:{self.port}?rate={rate}"), seconds=lambda: self.seconds
        )
        self.delivering = Delivering(
            self.store,
            self.cases,
            self.smtp,
            lambda: Sender("lapor@kab.test", "kembali@kab.test", "Kabupaten Contoh"),
            lambda: world(self.contacts),
            self.clock,
            MailMetrics(self.registry),
        )

    async def hears(self, *messages: Incoming) -> None:
        for message in messages:
            event = read_event(message)
            assert event is not None
            made = mails_of(event, self.contacts, clocks().calendar, self.clock.moment)
            await self.store.keep(made)

    async def all(self) -> int:
        """Send whatever is due; gives how many steps that took."""
        steps = 0
        while await self.delivering.step():
            steps += 1
        return steps

    async def states(self) -> list[str]:
        return [mail.state for mail in await self.every()]

    async def every(self) -> list[Mail]:
        return await self.store.listed(
            ["waiting", "sent", "refused", "expired", "without-contact"], 100
        )

    def counted(self, kind: str, outcome: str) -> float:
        labels = {"kind": kind, "outcome": outcome}
        return self.registry.get_sample_value("pintu_mails_total", labels) or 0.0

    async def case(self, **data: Any) -> str:
        """A case of dlh in the store; its id."""
        story = Story(now=NOW, rules=RULES).begins(TEXT, **data)
        assert story.case is not None and story.case.agency == "dlh"
        async with self.cases.transaction() as transaction:
            await transaction.load([story.case.complaint_id])
            await transaction.save([CaseChange(story.case)])
        return str(story.case.complaint_id)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    with mail_server(port) as found:
        yield found


@asynccontextmanager
async def working(port: int, *found: Contact, **more: Any) -> AsyncIterator[Work]:
    work = Work(port, contacts(*found, **more))
    yield work
    await work.smtp.close()


def subjects(post: Post, to: str) -> Sequence[str]:
    return [letter.subject for letter in post.to(to)]


async def test_a_mail_is_sent_once_and_says_who_it_is_from(port: int, post: Post) -> None:
    async with working(port, DLH) as work:
        await work.hears(an_event())
        assert await work.all() == 1
        assert await work.all() == 0
        [letter] = post.to(DLH.address)
        assert await work.states() == ["sent"]
        assert work.counted("complaints", "sent") == 1
    assert TRACKING in letter.subject and TRACKING in letter.text and TRACKING in letter.html
    assert letter.message["From"] == "Kabupaten Contoh <lapor@kab.test>"
    assert letter.message["To"] == f"Loket DLH <{DLH.address}>"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["List-Id"] == "<pintu.kab.test>"
    assert letter.message["Message-ID"].endswith("@kab.test>")
    assert post.bounces == ["kembali@kab.test"]
    assert letter.raw.isascii()
    assert letter.links[0] in letter.html


async def test_escalations_go_before_what_waits_for_longer(port: int, post: Post) -> None:
    async with working(port, DLH, HEAD) as work:
        await work.hears(an_event())
        work.clock.moment += timedelta(minutes=1)
        await work.hears(escalated("breach", "head"))
        await work.all()
    assert [letter.split("@")[0] for letter in post.tried] == ["kepala", "loket"]


async def test_a_digest_is_one_mail_of_all_that_waits(port: int, post: Post) -> None:
    async with working(port, digest_at(DLH, 8)) as work:
        await work.hears(*(an_event() for _ in range(3)), an_event("replied"))
        assert await work.all() == 0
        work.clock.moment = NOW + timedelta(days=1)
        assert await work.all() == 1
        [letter] = post.to(DLH.address)
        assert await work.states() == ["sent"] * 4
    assert letter.subject == "4 kabar tentang laporan warga"
    assert letter.text.count(TRACKING) == 4
    assert len(letter.links) == 4 and len(set(letter.links)) == 4


async def test_a_refused_address_holds_up_nobody_and_is_told(port: int, post: Post) -> None:
    post.refuses = lambda to: "550 5.1.1 no such user" if to == DLH.address else None
    async with working(port, DLH, OTHER) as work:
        await work.hears(an_event(), an_event(agency="dpupr"))
        await work.all()
        assert len(post.to(OTHER.address)) == 1
        by = {mail.address: mail for mail in await work.every()}
        assert (by[DLH.address].state, by[DLH.address].error) == ("refused", "550")
        assert work.counted("complaints", "refused") == 1
        work.clock.moment += timedelta(days=9)
        assert await work.all() == 0


async def test_what_is_not_taken_yet_is_tried_again_after_pauses_that_grow_across_restarts(
    port: int, post: Post
) -> None:
    post.refuses = lambda _: "450 4.2.0 later"
    async with working(port, DLH) as work:
        await work.hears(an_event())
        waits = []
        for _ in range(6):
            await work.all()
            await work.smtp.close()
            work.restart()
            due = await work.store.next_due()
            assert due is not None
            waits.append((due - work.clock.moment) / timedelta(minutes=1))
            work.clock.moment = due
        assert waits == [1, 5, 15, 30, 60, 120]
        post.refuses = lambda _: None
        await work.all()
        assert await work.states() == ["sent"]


async def test_after_five_days_it_is_given_up_and_told(port: int, post: Post) -> None:
    post.refuses = lambda _: "450 4.2.0 later"
    async with working(port, DLH) as work:
        await work.hears(an_event())
        began = work.clock.moment
        while (due := await work.store.next_due()) is not None:
            work.clock.moment = due
            await work.all()
        assert await work.states() == ["expired"]
        assert timedelta(days=4.8) < work.clock.moment - began < timedelta(days=5.2)


async def test_the_days_before_the_first_try_do_not_count(port: int, post: Post) -> None:
    """A digest waits over the holidays of a whole week."""
    post.refuses = lambda _: "450 4.2.0 later"
    async with working(port, digest_at(DLH, 8)) as work:
        work.clock.moment = datetime(2025, 3, 27, 5, 0, tzinfo=UTC)
        await work.hears(an_event())
        work.clock.moment = datetime(2025, 4, 8, 1, 0, tzinfo=UTC)
        assert await work.all() == 1
        assert await work.states() == ["waiting"]


async def test_a_server_that_is_away_for_days_loses_nothing_and_ages_nothing(port: int) -> None:
    async with working(port, DLH, HEAD) as work:
        await work.hears(*(an_event() for _ in range(5)), escalated("breach", "head"))
        for _ in range(4):
            with pytest.raises(ServerAway):
                await work.delivering.step()
            work.clock.moment += timedelta(days=3)
        assert {(mail.state, mail.tries) for mail in await work.every()} == {("waiting", 0)}
        with mail_server(port) as post:
            await work.all()
            assert len(post.raw) == 6
            assert len(post.to(HEAD.address)) == 1


async def test_a_refused_sender_is_the_servers_matter_and_no_mails(port: int, post: Post) -> None:
    post.sender_refused = True
    async with working(port, DLH) as work:
        await work.hears(an_event())
        with pytest.raises(ServerAway, match="PINTU_MAIL_SENDER"):
            await work.delivering.step()
        post.sender_refused = False
        assert await work.all() == 1


async def test_a_crash_between_handing_in_and_recording_repeats_the_message_id(
    port: int, post: Post
) -> None:
    async with working(port, DLH) as work:
        await work.hears(an_event())
        record = work.store.record
        work.store.record = None  # type: ignore[method-assign, assignment]  # as if killed there
        with pytest.raises(TypeError):
            await work.delivering.step()
        work.store.record = record  # type: ignore[method-assign]
        work.restart()
        assert await work.all() == 0, "another process may still have it in hand"
        work.clock.moment += LEASE
        assert await work.all() == 1
    first, second = post.to(DLH.address)
    assert first.message["Message-ID"] == second.message["Message-ID"]


async def test_what_an_operator_sends_again_is_another_message(port: int, post: Post) -> None:
    async with working(port, DLH) as work:
        await work.hears(an_event())
        await work.all()
        [mail] = await work.every()
        work.clock.moment += timedelta(hours=1)
        assert await work.store.again(mail.id, work.clock.moment)
        await work.all()
    first, second = post.to(DLH.address)
    assert first.message["Message-ID"] != second.message["Message-ID"]


async def test_who_has_the_role_now_gets_what_waits(port: int, post: Post) -> None:
    async with working(port, DLH) as work:
        await work.hears(an_event())
        work.contacts = contacts(replace(DLH, address="baru@dlh.test"))
        await work.all()
    assert len(post.to("baru@dlh.test")) == 1 and not post.to(DLH.address)


async def test_where_nobody_has_the_role_any_more_nothing_goes_out(port: int, post: Post) -> None:
    async with working(port, DLH) as work:
        await work.hears(an_event())
        work.contacts = contacts(OTHER)
        await work.all()
        assert await work.states() == ["without-contact"]
    assert post.raw == []


async def test_the_server_gets_no_more_than_its_rate(port: int, post: Post) -> None:
    async with working(port, DLH) as work:
        work.restart(rate=30)
        await work.hears(*(an_event() for _ in range(4)))
        waits = []
        while await work.delivering.step():
            waits.append(work.smtp.wait())
            work.seconds += work.smtp.wait()
        assert waits == [2.0] * 4
        work.seconds += 1
        assert work.smtp.wait() == 0


async def test_a_fault_of_the_program_on_one_mail_holds_up_no_other(port: int, post: Post) -> None:
    async with working(port, DLH, OTHER) as work:
        await work.hears(an_event(), an_event(agency="dpupr"))
        [bad] = [m for m in await work.every() if m.address == DLH.address]
        work.store._mails[bad.id] = replace(bad, facts="no json")
        await work.all()
        assert len(post.to(OTHER.address)) == 1
        by = {mail.address: mail for mail in await work.every()}
        assert (by[DLH.address].state, by[DLH.address].error) == ("waiting", "internal-error")


@pytest.mark.parametrize("flags", [{}, {"anonymous": True}, {"confidential": True}])
async def test_unless_the_agencys_entry_allows_it_nothing_personal_is_in_a_mail(
    port: int, post: Post, flags: dict[str, bool]
) -> None:
    async with working(port, DLH, HEAD) as work:
        id = await work.case(reporter={"name": NAME, "phone": PHONE}, **flags)
        await work.hears(
            an_event(complaint_id=id, complaint={"text": TEXT, "reporter": {"name": NAME}}),
            an_event("replied", complaint_id=id, note=f"{TEXT} {PHONE}"),
            an_event("closed", complaint_id=id, reason=TEXT, how="withdrawn", note=PHONE),
        )
        await work.all()
        assert len(post.raw) == 3
    everything = post.everything()
    for planted in ("merpati", "Siti", "Rahmawati", PHONE):
        assert planted not in everything


@pytest.mark.parametrize(
    ("flags", "there", "not_there"),
    [
        ({}, ("merpati", NAME, PHONE), ()),
        ({"anonymous": True}, ("merpati",), (NAME, PHONE)),
        ({"confidential": True}, (), ("merpati", NAME, PHONE)),
    ],
)
async def test_where_it_allows_it_never_the_anonymous_and_nothing_confidential(
    port: int,
    post: Post,
    flags: dict[str, bool],
    there: tuple[str, ...],
    not_there: tuple[str, ...],
) -> None:
    async with working(port, DLH, personal=frozenset({"dlh"})) as work:
        id = await work.case(reporter={"name": NAME, "phone": PHONE}, **flags)
        await work.hears(an_event(complaint_id=id))
        await work.all()
    [letter] = post.to(DLH.address)
    assert all(word in letter.text and word in letter.html for word in there)
    assert all(word not in letter.whole for word in not_there)


async def test_a_mail_that_may_quote_its_case_waits_a_moment_for_it(port: int, post: Post) -> None:
    async with working(port, DLH, personal=frozenset({"dlh"})) as work:
        await work.hears(an_event())
        await work.all()
        assert post.raw == [] and await work.states() == ["waiting"]
        work.clock.moment += timedelta(minutes=2)
        await work.all()
        assert await work.states() == ["sent"]


async def test_no_word_of_anybody_adds_a_header(port: int, post: Post) -> None:
    nasty = "Loket\r\nBcc: mallory@evil.test\r\n\r\n<b>hi</b>"
    async with working(port, replace(DLH, name=nasty)) as work:
        await work.hears(an_event(rung=nasty, clock=nasty, state=nasty, respond_by=nasty))
        await work.hears(escalated("breach\r\nBcc: mallory@evil.test", "agency"))
        await work.all()
    assert post.tried == [DLH.address] * 2
    for letter in post.to(DLH.address):
        assert letter.message["Bcc"] is None
        assert "<b>hi</b>" not in letter.html
        assert json.dumps(letter.message["To"]).count("\\r") == 0
