"""A foreign system that keeps the contract passes; each planted fault is named by its rule."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import pytest
from pydantic import SecretStr

from broker.node import Node
from config.logging import configure_logging
from config.settings import Settings
from pintu.conformance.adapter.steps import STEPS as ADAPTER_STEPS
from pintu.conformance.agency.steps import STEPS as AGENCY_STEPS
from pintu.conformance.check import check
from pintu.conformance.record import Kind
from pintu.conformance.rule import Finding, Verdict
from pintu.conformance.session import Step
from pintu.conformance.stage import Stage, configured, session, stage
from tests.acceptance.conformance import foreign_adapter, foreign_agency
from tests.acceptance.conformance.foreign_adapter import ForeignAdapter
from tests.acceptance.conformance.foreign_agency import ForeignAgency
from tests.acceptance.conformance.own_town import own_town
from tests.support.nodes import Management, in_vhost

pytestmark = pytest.mark.slow

GOOD: Final = ""
AT_ONCE: Final = 8
"""Checks that run side by side: each waits for most of its time."""
PATIENT: Final = 20.0
"""Seconds that a step of the good ones may take on a busy machine."""
SHORT: Final = 3.0
"""The same for those that are to fail: what they owe never comes."""

Found = dict[tuple[Kind, str], list[Finding]]
ADAPTERS: Final = [GOOD, *foreign_adapter.FAULTS]
AGENCIES: Final = [GOOD, *foreign_agency.FAULTS]


def code_of(kind: str, number: int) -> str:
    return f"{kind}-{number}"


@pytest.fixture(scope="module")
def found(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """Every check, all on one node with one Pintu."""
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    folder = tmp_path_factory.mktemp("conformance")
    town = own_town(
        folder,
        [code_of("agency", number) for number in range(len(AGENCIES))],
        [code_of("adapter", number) for number in range(len(ADAPTERS))],
    )
    settings = Settings(
        amqp_url=SecretStr(in_vhost(rabbitmq.url, vhost)),
        management_url=SecretStr(rabbitmq.management_url),
        config_dir=town,
        state_dir=folder / "state",
    )
    configure_logging("json", level=logging.ERROR)
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    yield asyncio.run(all_checked(settings))
    management.delete_vhost(vhost)


async def all_checked(settings: Settings) -> Found:
    turn = asyncio.Semaphore(AT_ONCE)
    found: Found = {}

    async def one(set_up: Stage, kind: Kind, number: int, fault: str) -> None:
        async with turn:
            found[kind, fault] = await checked(set_up, kind, code_of(kind, number), fault)

    async with stage(settings, configured(settings)) as set_up, asyncio.TaskGroup() as checks:
        for number, fault in enumerate(ADAPTERS):
            checks.create_task(one(set_up, "adapter", number, fault))
        for number, fault in enumerate(AGENCIES):
            checks.create_task(one(set_up, "agency", number, fault))
    return found


async def checked(set_up: Stage, kind: Kind, code: str, fault: str) -> list[Finding]:
    timeout = SHORT if fault else PATIENT
    async with session(set_up, kind, code, timeout, ("127.0.0.1", 0)) as running:
        adapter = ForeignAdapter(running.relay.url, code, fault)
        agency = ForeignAgency(running.relay.url, code, fault)

        def tell(how: str, line: str) -> None:
            if how == "waits":
                adapter.asked.put_nowait(line.split()[1].rstrip(":"))

        working = asyncio.create_task(adapter.run() if kind == "adapter" else agency.run())
        try:
            return await check(running, steps_of(kind), tell)
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


def steps_of(kind: Kind) -> list[Step]:
    """All but the question of an agency: those of these tests ask nothing."""
    every = ADAPTER_STEPS if kind == "adapter" else AGENCY_STEPS
    return [step for step in every if step.name != "held"]


def of(found: list[Finding], verdict: Verdict) -> dict[str, str]:
    return {one.rule.code: one.found.saw for one in found if one.found.verdict is verdict}


@pytest.mark.parametrize("kind", ["adapter", "agency"])
def test_a_system_that_keeps_the_contract_passes(found: Found, kind: Kind) -> None:
    assert of(found[kind, GOOD], Verdict.FAIL) == {}


def test_of_a_good_adapter_only_what_lies_beyond_rabbitmq_is_not_seen(found: Found) -> None:
    unseen = of(found["adapter", GOOD], Verdict.NOT_SEEN)
    assert set(unseen) == {"receipts", "tells-once", "shows-tracking"}


def test_of_a_good_agency_only_what_lies_beyond_rabbitmq_is_not_seen(found: Found) -> None:
    unseen = of(found["agency", GOOD], Verdict.NOT_SEEN)
    assert set(unseen) == {"held", "receipts", "escapes-notes"}


@pytest.mark.parametrize("fault", foreign_adapter.FAULTS)
def test_what_an_adapter_does_wrong_is_named(found: Found, fault: str) -> None:
    failed = of(found["adapter", fault], Verdict.FAIL)
    assert foreign_adapter.FAULTS[fault] in failed, failed


@pytest.mark.parametrize("fault", foreign_agency.FAULTS)
def test_what_an_agency_does_wrong_is_named(found: Found, fault: str) -> None:
    failed = of(found["agency", fault], Verdict.FAIL)
    assert foreign_agency.FAULTS[fault] in failed, failed


def test_every_rule_that_can_be_seen_is_broken_by_a_planted_fault(found: Found) -> None:
    broken = {
        kind: {
            code
            for (which, fault), rows in found.items()
            if which == kind and fault
            for code in of(rows, Verdict.FAIL)
        }
        for kind in ("adapter", "agency")
    }
    assert len(broken["adapter"]) >= 20
    assert len(broken["agency"]) >= 20
