import pytest

from consumers.runtime import worker
from tests.support.eventually import PATIENCE
from tests.unit.consumers.cases.office import Office


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    # How much is settled within the seconds that a process has for leaving, the machine decides.
    monkeypatch.setattr(worker, "_LEAVE_WITHIN", PATIENCE)
    return Office()
