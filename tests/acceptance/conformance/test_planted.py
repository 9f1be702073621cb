"""A foreign system that keeps the contract passes; each planted fault is named by its rule."""

import asyncio
from contextlib import suppress
from typing import Final

import pytest

from broker.node import Node
from pintu.conformance.check import check
from pintu.conformance.record import Kind
from pintu.conformance.rule import Finding, Verdict
from pintu.conformance.stage import Stage, session
from tests.acceptance.conformance import foreign_adapter, foreign_agency
from tests.acceptance.conformance.checking import (
    ANY_PORT,
    Found,
    all_checked,
    of,
    step_named,
    steps_of,
)
from tests.acceptance.conformance.foreign_adapter import ForeignAdapter
from tests.acceptance.conformance.foreign_agency import ForeignAgency

pytestmark = pytest.mark.slow

GOOD: Final = ""
AT_ONCE: Final = 8
PATIENT: Final = 20.0
"""Seconds that a step of the good ones may take on a busy machine."""
SHORT: Final = 3.0
"""The same for those that are to fail: what they owe never comes."""


@pytest.fixture(scope="module")
def found(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Every check."""
    faults: dict[Kind, list[str]] = {
        "adapter": [GOOD, *foreign_adapter.FAULTS],
        "agency": [GOOD, *foreign_agency.FAULTS],
    }
    return all_checked(rabbitmq, tmp_path_factory.mktemp("planted"), faults, checked, AT_ONCE)


async def checked(set_up: Stage, kind: Kind, code: str, fault: str) -> list[Finding]:
    timeout = SHORT if fault else PATIENT
    async with session(set_up, kind, code, timeout, ANY_PORT) as running:
        adapter = ForeignAdapter(running.relay.url, code, fault)
        agency = ForeignAgency(running.relay.url, code, fault)

        def tell(how: str, line: str) -> None:
            if how == "waits":
                adapter.asked.put_nowait(step_named(line))

        working = asyncio.create_task(adapter.run() if kind == "adapter" else agency.run())
        try:
            return await check(running, steps_of(kind), tell)
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


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
