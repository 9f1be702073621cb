"""The gateway on stores in memory."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.gateway.door import MemoryDoor, memory_door


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    """A new one for each test."""
    async with memory_door() as made:
        yield made
