"""Cases, the desk and the escalations on PostgreSQL, as on more than one machine."""

import asyncio
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from broker.domain.case import Entry
from broker.store.cases import open_case_store
from tests.acceptance.cases.case_town import Town, a_town
from tests.acceptance.cases.desk import Desk, opened
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program
from tests.chaos.load import declare
from tests.support.due_cases import came_twice, cases_long_due, fired, nothing_due
from tests.support.eventually import eventually, eventually_async

DUE = 1_500
INSTANCES = 3
SPEED = 20_000
"""A second is five and a half hours."""
COMPLAINTS = 100


def a_desk(amqp_url: str, folder: Path, **settings: str) -> Desk:
    where = {"AMQP_URL": amqp_url, "STATE_DIR": str(folder), "CONFIG_DIR": str(TOWN)}
    return Desk(where | settings)


def test_the_life_of_a_case_and_the_desk(amqp_url: str, postgres_url: str, tmp_path: Path) -> None:
    store = {"DATABASE_URL": postgres_url}
    desk = a_desk(amqp_url, tmp_path, **store)
    with a_town(amqp_url, tmp_path, **store) as town:
        complaint, tracking = opened(town, "jalan rusak parah", "dpupr")
        id = town.says(complaint, "agency.dpupr.responded", note="kami tinjau")
        town.says(complaint, "agency.dpupr.responded", id=id, note="kami tinjau")
        town.says(complaint, "agency.dpupr.returned", reason="jalan desa", suggest="desa-rias")
        town.hears(complaint, "routed.desa-rias.web", "agency.desa-rias")
        town.says(complaint, "agency.dpupr.resolved")
        town.hears(complaint, "rejected.dpupr.-", "agency.dpupr")
        town.says(complaint, "agency.desa-rias.resolved", note="sudah ditambal")
        town.hears(complaint, "resolved.desa-rias.web", "channel.web")
        town.says(complaint, "channel.web.replied", note="belum")
        town.hears(complaint, "replied.desa-rias.web", "agency.desa-rias")
        said = [m.key.split(".")[0] for m in town.about(complaint, "channel.web")]
        assert said == ["opened", "responded", "moved", "resolved", "replied"]

        case = desk.case(tracking)
        assert (case["state"], case["agency"]) == ("responded", "desa-rias")
        assert complaint in desk.prints("case", "list", "--agency", "desa-rias")
        assert "agency.desa-rias" in desk.prints("case", "resend", tracking)

        unknown, code = opened(town, "mohon bantuan pak", "triage")
        useless, other = opened(town, "halo pak", "triage")
        assert {unknown, useless} <= set(desk.prints("triage", "list").split())
        assert "dlh" in desk.prints("triage", "assign", code, "dlh", "--note", "milik kita")
        town.hears(unknown, "routed.dlh.web", "agency.dlh")
        desk.prints("triage", "dismiss", other, "--reason", "bukan laporan")
        assert town.hears(useless, "closed.triage.web").data["reason"] == "bukan laporan"
        assert not {unknown, useless} & set(desk.prints("triage", "list").split())


@pytest.mark.slow
def test_the_desk_goes_by_the_fast_clock_of_the_others(
    amqp_url: str, postgres_url: str, tmp_path: Path
) -> None:
    settings = {"DATABASE_URL": postgres_url, "CLOCK_SPEED": str(SPEED)}
    desk = a_desk(amqp_url, tmp_path, **settings)
    with a_town(amqp_url, tmp_path, **settings) as town:
        waits, code = opened(town, "mohon bantuan pak", "triage")
        assert waits in desk.prints("triage", "list")
        late = eventually(lambda: waits in desk.prints("case", "list", "--overdue"))
        assert late, "three working days are over in less than half a minute"
        town.hears(waits, "escalated.triage.web", "escalations")
        assigned = desk.prints("triage", "assign", code, "desa-rias")
        assert "desa-rias" in assigned and "working days left" in assigned
        town.hears(waits, "routed.desa-rias.web", "agency.desa-rias")
        assert waits not in desk.prints("case", "list", "--state", "triage")
        assert "late" in desk.prints("case", "show", code)


async def test_three_escalations_share_what_is_due(
    amqp_url: str, postgres_url: str, tmp_path: Path
) -> None:
    await declare(amqp_url)
    programs: list[Program] = []
    try:
        for _ in range(INSTANCES):
            programs.append(
                await asyncio.to_thread(
                    Program, "escalations", amqp_url, tmp_path, DATABASE_URL=postgres_url
                )
            )
        expected = await cases_long_due(postgres_url, range(DUE))
        await eventually_async(lambda: nothing_due(postgres_url))
        shares = [await asyncio.to_thread(rungs_of, program) for program in programs]
        for program in programs:
            await asyncio.to_thread(program.stop)
    finally:
        for program in programs:
            program.kill()
    found = await fired(amqp_url)
    assert found.keys() == expected
    assert came_twice(found) == 0
    assert sum(shares) == len(expected)
    assert all(shares), f"one of them had nothing to do: {shares}"


def rungs_of(program: Program) -> int:
    lines = program.get("/metrics")[1].splitlines()
    return int(
        sum(float(li.rsplit(" ", 1)[1]) for li in lines if li.startswith("pintu_escalations_total"))
    )


def test_a_case_consumer_that_stands_by_takes_over_amid_the_work(
    amqp_url: str, postgres_url: str, tmp_path: Path
) -> None:
    settings = {"DATABASE_URL": postgres_url}
    programs = {"router": Program("router", amqp_url, tmp_path, **settings)}
    try:
        first = programs["first"] = Program("cases", amqp_url, tmp_path, **settings)
        standby = programs["standby"] = Program("cases", amqp_url, tmp_path, **settings)
        town = Town(Outside(amqp_url), {})
        complaints = [town.submits(f"jalan rusak di kilometer {n}") for n in range(COMPLAINTS)]
        town.outside.wait_for("channel.web", COMPLAINTS)
        # Nobody can write a line of history meanwhile: the kill comes amid a transaction.
        with psycopg.connect(postgres_url) as lock:
            lock.execute("LOCK TABLE case_history IN SHARE MODE")
            for complaint in complaints:
                town.says(complaint, "agency.dpupr.acknowledged")
            eventually(lambda: somebody_waits(lock), saying="the case consumer has some in hand")
            first.process.kill()
            first.process.wait()
        for complaint in complaints:
            town.says(complaint, "agency.dpupr.responded", note="kami tinjau")
        for complaint in complaints:
            town.hears(complaint, "responded.dpupr.web", "channel.web")
        responded = {"verb": "responded", "outcome": "accepted"}
        eventually(lambda: standby.metric("pintu_updates_total", **responded) == COMPLAINTS)
        for complaint in complaints:
            said = [m for m in town.about(complaint, "channel.web")]
            assert len({m.event["id"] for m in said}) == 3, "each once, or again under the same id"
            kept = [line.what for line in history_of(postgres_url, complaint)]
            assert kept[1:] == ["acknowledged", "responded"]
        town.outside.close()
        for name in ("router", "standby"):
            programs[name].stop()
    finally:
        for program in programs.values():
            program.kill()


def somebody_waits(lock: psycopg.Connection) -> bool:
    return bool(lock.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())


def history_of(url: str, complaint: str) -> list[Entry]:
    async def asked() -> list[Entry]:
        store = await open_case_store(url)
        try:
            return await store.history(UUID(complaint))
        finally:
            await store.close()

    return asyncio.run(asked())
