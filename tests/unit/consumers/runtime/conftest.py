"""A router of its own for each test."""

import pytest

from consumers.runtime import waiting
from tests.support.eventually import PATIENCE
from tests.unit.consumers.runtime.router_world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    # How much is settled within the seconds that a process has for leaving, the machine decides.
    monkeypatch.setattr(waiting, "_LEAVE_WITHIN", PATIENCE)
    return World()
