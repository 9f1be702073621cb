"""A gateway at which people sign in."""

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from gateway.access import passwords
from tests.unit.gateway.door import MemoryDoor, memory_door
from tests.unit.gateway.people.browser import WALL, at


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try costs little here: there are hundreds of them."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with memory_door() as made:
        at(made, WALL)
        yield made
