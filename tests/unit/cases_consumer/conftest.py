import pytest

from tests.unit.cases_consumer.office import Office


@pytest.fixture
def office() -> Office:
    return Office()
