import pytest

from tests.unit.consumers.cases.office import Office


@pytest.fixture
def office() -> Office:
    return Office()
