"""URLs of databases."""

import pytest

from broker.errors import BadConfiguration, StoreUnavailable
from broker.store.database import Waits
from broker.store.engine import make_engine
from broker.store.journal import open_journal


@pytest.mark.parametrize(
    "url",
    [
        "",
        "journal.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root:secret@localhost/pintu",
        "postgres//user:secret@localhost",
    ],
)
def test_a_url_of_another_kind_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadConfiguration) as raised:
        make_engine(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_every_name_of_postgresql_means_the_one_driver(scheme: str) -> None:
    assert make_engine(f"{scheme}://host/name").driver == "psycopg"


async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    # Port 1 of this machine: nothing listens there.
    with pytest.raises(StoreUnavailable) as raised:
        await open_journal("postgresql://pintu:secret@127.0.0.1:1/pintu", Waits(others=1))
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)
