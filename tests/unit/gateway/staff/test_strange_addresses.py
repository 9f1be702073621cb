"""Addresses that no page of ours makes: whatever they ask for, there is an answer."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.staff_door import Signed, signed_in, staff_door


@pytest_asyncio.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with staff_door() as made:
        yield made


@pytest_asyncio.fixture
async def agus(door: MemoryDoor) -> Signed:
    return await signed_in(door, "agus", "admin", "agency:dlh")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1/1/1", "31/12/9999"])
@pytest.mark.parametrize("path", ["/meja/rekap", "/meja/piket", "/laporan"])
async def test_a_day_at_the_end_of_all_days_is_no_failure(
    agus: Signed, path: str, day: str
) -> None:
    for query in (f"dari={day}", f"sampai={day}", f"dari={day}&sampai={day}"):
        answer = await agus.get(f"{path}?{query}")
        assert answer.status_code in (200, 400), (query, answer.text[-400:])


@pytest.mark.parametrize("period", ["0001-01", "0001", "0001-Q1", "0001-H1", "9999", "9999-12"])
async def test_a_period_that_none_comes_before_or_after_is_told_so(
    agus: Signed, period: str
) -> None:
    for path in ("/laporan", "/laporan/unduh.json", "/laporan/versi"):
        answer = await agus.get(f"{path}?periode={period}&bidang=findings")
        assert answer.status_code == 400, (path, answer.status_code)
