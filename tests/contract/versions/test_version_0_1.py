"""Whoever upgrades from 0.1 loses nothing: neither what was kept nor what lay in a queue."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from typer.testing import CliRunner

from broker.domain.case import Case, to_record
from broker.memory import MemoryBroker, MemoryCaseStore, MemoryJournal, Message
from broker.memory.parked import memory_parked
from broker.messaging import names
from broker.messaging.topology import topology
from broker.ports import CaseStore
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from config.loading import load_rules
from config.loading.clocks import load_clocks
from gateway.desk.parked import give_back, having
from pintu.cli.main import app
from schemas.identifiers import tracking
from tests.acceptance.program import TOWN
from tests.support.by_hand import ByHand, Hand
from tests.support.old_town import OldStores, cases, messages, on_postgres, on_sqlite

RULES: Final = load_rules(TOWN)
CLOCKS: Final = load_clocks()
CLIMBED: Final = ("verification", "response", "resolution")
"""The clocks that have a ladder."""
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> OldStores:
    """The stores of 0.1, as it left them."""
    if request.param == "sqlite":
        return on_sqlite(tmp_path)
    return on_postgres(request.getfixturevalue("postgres_url"))


@asynccontextmanager
async def upgraded(old: OldStores) -> AsyncIterator[ByHand]:
    """This program on them, a minute later, with everything that lay in a queue."""
    broker = a_broker()
    for queues, message in messages():
        for queue in queues:
            broker.queues[queue].put(message)
    journal, store = await open_journal(old.journal), await open_case_store(old.cases)
    try:
        reached = await store.watermark()
        assert reached
        yield ByHand(broker, journal, store, RULES, CLOCKS, Hand(reached + MINUTE))
    finally:
        await journal.close()
        await store.close()


def a_broker() -> MemoryBroker:
    return MemoryBroker(topology(RULES.agencies, RULES.channels, broker_version=(3, 10, 8)))


def id_of(name: str, channel: str = "web") -> UUID:
    """Of the complaint of that name in the story."""
    return uuid5(NAMESPACE_URL, f"/channels/{channel}#old-{name}")


async def the_case(store: CaseStore, name: str, channel: str = "web") -> Case:
    case = await store.find(id_of(name, channel))
    assert case is not None, name
    return case


def new(by_hand: ByHand, queue: str) -> list[Message]:
    """What this program put into a queue."""
    before = {m.body for queues, m in messages() if queue in queues}
    return [m for m in by_hand.broker.queues[queue].ready if m.body not in before]


def as_of(was: Any, is_now: Any) -> Any:
    """What there is now of the fields that there were: newer ones are left out."""
    if isinstance(was, dict) and isinstance(is_now, dict):
        return {name: as_of(value, is_now[name]) for name, value in was.items()}
    if isinstance(was, list) and isinstance(is_now, list) and len(was) == len(is_now):
        return [as_of(*pair) for pair in zip(was, is_now, strict=True)]
    return is_now


async def test_every_case_is_as_it_was(old: OldStores) -> None:
    async with upgraded(old) as by_hand:
        store = by_hand.store
        for was in cases():
            case = await store.find(UUID(was["complaint_id"]))
            assert case is not None
            history = was.pop("history")
            is_now = json.loads(json.dumps(to_record(case), default=list))
            assert as_of(was, is_now) == was
            lines = await store.history(case.complaint_id)
            assert [[line.who, line.what] for line in lines] == history
            found = await store.find_tracking(case.tracking)
            assert found is not None
            assert found.complaint_id == case.complaint_id
        listed = {str(case.complaint_id) async for case in store.listed()}
        assert listed == {was["complaint_id"] for was in cases() if was["closed"] is None}


BECAME: Final = {
    "meja-tiga-kali": ("routed", "desa-rias"),
    "meja-ditolak-nanti": ("closed", None),
    "baru": ("acknowledged", "dlh"),
    "baru-tanpa-kata": ("routed", "dlh"),
    "baru-kata-aneh": ("routed", "dlh"),
    "diterima": ("held", "dlh"),
    "dijawab": ("closed", "dlh"),
    "ditahan": ("acknowledged", "dlh"),
    "selesai": ("responded", "dlh"),
    "ditarik": ("closed", "dlh"),
    "berdua": ("routed", "dishub"),
    "anonim": ("routed", "dlh"),
    "mendahului": ("responded", "dlh"),
    "sampah-baru": ("routed", "dlh"),
    "tanpa-arah-baru": ("triage", None),
}
"""What becomes of a complaint by the words that nobody had read."""

REFUSED: Final = {
    "agency.dlh.resolved": {"bad-data": 1, "closed": 1},
    "agency.dlh.responded": {"bad-data": 2},
}
"""An answer without words, words that are a number, too many of them, and one that is late."""


async def test_what_lay_in_the_queues_is_read(old: OldStores) -> None:
    async with upgraded(old) as by_hand:
        await by_hand.settle()
        for name, (state, agency) in BECAME.items():
            case = await the_case(by_hand.store, name)
            assert (name, case.state, case.agency) == (name, state, agency)
        sms = await the_case(by_hand.store, "mendahului-sms", "sms")
        assert (sms.state, sms.agency) == ("acknowledged", "dpupr")
        parked: dict[str, Counter[Any]] = {}
        for message in new(by_hand, names.PARKED_QUEUE):
            reasons = parked.setdefault(message.routing_key, Counter())
            reasons[message.properties.headers["parked-reason"]] += 1
        assert parked == REFUSED
        told = [json.loads(m.body)["data"] for m in new(by_hand, "agency.dlh")]
        why = [data["detail"] for data in told if data.get("reason") == "bad-data"]
        assert len(why) == 3
        assert all("note" in detail for detail in why)


async def test_the_reporters_words_that_nobody_had_read_are_kept(old: OldStores) -> None:
    async with upgraded(old) as by_hand:
        await by_hand.settle()
        # In triage they name an agency now.
        case = await the_case(by_hand.store, "meja")
        assert (case.state, case.agency) == ("routed", "dpupr")
        for message in new(by_hand, "channel.web"):
            data = json.loads(message.body)["data"]
            assert "internal_note" not in data
            if data["complaint_id"] == str(id_of("anonim")):
                assert "081200001111" not in message.body.decode()


async def test_an_end_without_a_code_has_one(old: OldStores) -> None:
    async with upgraded(old) as by_hand:
        await by_hand.settle()
        [data] = [
            json.loads(m.body)["data"]
            for m in new(by_hand, "channel.web")
            if m.routing_key == "closed.triage.web"
        ]
        assert (data["complaint_id"], data["how"]) == (
            str(id_of("meja-ditolak-nanti")),
            "dismissed",
        )
        assert (data["code"], data["reason"]) == ("other", "Bukan pengaduan.")


async def test_what_was_parked_is_replayed(old: OldStores) -> None:
    """It is judged anew, and parked again if nothing has changed."""
    async with upgraded(old) as by_hand:
        await by_hand.settle()
        before = len(by_hand.broker.queues[names.PARKED_QUEUE].ready)
        async with memory_parked(by_hand.broker) as parked:
            done, failed = await give_back(parked, having("not_your_case"))
        assert (done, failed.total()) == (1, 0)
        assert len(by_hand.broker.queues[names.PARKED_QUEUE].ready) == before - 1
        await by_hand.settle()
        assert len(by_hand.broker.queues[names.PARKED_QUEUE].ready) == before


async def test_clocks_that_ran_go_on_and_no_rung_fires_twice(old: OldStores) -> None:
    def rungs(found: list[Message]) -> Counter[tuple[Any, ...]]:
        told = [json.loads(m.body)["data"] for m in found if m.routing_key.startswith("escalated.")]
        return Counter(
            (d["complaint_id"], d["agency"], d["clock"], d["start"], d["rung"]) for d in told
        )

    async with upgraded(old) as by_hand:
        for _ in range(120):
            by_hand.clock.moment += timedelta(days=1)
            await by_hand.settle()
        fired = rungs(list(by_hand.broker.queues[names.ESCALATIONS_QUEUE].ready))
        assert set(fired.values()) == {1}
        assert rungs(new(by_hand, names.ESCALATIONS_QUEUE)).total() > 100
        async for case in by_hand.store.listed():
            last = [c for c in case.clocks if c.open and c.name in CLIMBED]
            assert all("inspectorate" in clock.fired for clock in last), case


async def test_the_audit_trail_of_that_time_rebuilds_the_cases(old: OldStores) -> None:
    """In an empty store: what was told and said, read again in its order. An answer without words
    was good enough then and is refused now: such a case is as it was before it."""
    broker, store = a_broker(), MemoryCaseStore()
    async with upgraded(old) as by_hand:
        end = by_hand.clock.moment
    rebuilt = ByHand(broker, MemoryJournal(), store, RULES, CLOCKS, Hand(end))
    without_words: set[str] = set()
    for queues, message in messages():
        if names.AUDIT_STREAM not in queues or names.CASES_QUEUE in queues:
            continue
        if message.exchange == names.EVENTS:
            if message.routing_key.startswith(("routed.", "triaged.")):
                broker.queues[names.CASES_QUEUE].put(message)
            continue
        broker.queues[names.CASES_QUEUE].put(message)
        said = json.loads(message.body)
        if message.routing_key.endswith(".resolved") and not said["data"].get("note"):
            without_words.add(said["subject"])
    await rebuilt.settle()
    for was in cases():
        case = await store.find(UUID(was["complaint_id"]))
        assert case is not None
        if was["complaint_id"] not in without_words:
            assert (case.state, case.agency) == (was["state"], was["agency"])


@pytest.mark.slow
def test_the_commands_show_every_case(old: OldStores, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was, and again when what lay in the queues was read."""
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(TOWN))
    if old.cases.startswith("sqlite"):
        folder = old.cases.removeprefix("sqlite:///").rpartition("/")[0]
        monkeypatch.setenv("PINTU_STATE_DIR", folder)
    else:
        monkeypatch.setenv("PINTU_DATABASE_URL", old.cases)

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    def all_are_shown() -> None:
        for was in cases():
            page = said("case", "show", was["tracking"])
            assert was["tracking"] in page
            shown = json.loads(said("case", "show", was["complaint_id"], "--json"))
            assert shown["tracking"] == was["tracking"]
        waiting = said("triage", "list")
        assert all(was["tracking"] in waiting for was in cases() if was["tracking"] in in_triage)
        listed = said("case", "list")
        assert in_triage <= set(listed.split())

    async def read() -> None:
        async with upgraded(old) as by_hand:
            await by_hand.settle()

    in_triage = {was["tracking"] for was in cases() if was["state"] == "triage"}
    all_are_shown()
    asyncio.run(read())
    in_triage -= {tracking(id_of(name)) for name in ("meja", "meja-tiga-kali")}
    in_triage.discard(tracking(id_of("meja-ditolak-nanti")))
    all_are_shown()
