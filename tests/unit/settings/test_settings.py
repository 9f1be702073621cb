"""Settings are strict: whatever is wrong is told at once, with the variable and what to do."""

from pathlib import Path

import pytest

from broker.domain.errors import BadConfiguration
from config.settings import load_settings


def test_unset_means_a_private_node_sqlite_and_the_shipped_rules() -> None:
    settings = load_settings({})
    assert settings.amqp_url is None
    assert settings.database_url is None
    assert settings.config_dir is None
    assert settings.state_dir == Path(".pintu")
    assert settings.http is None
    assert settings.clock_speed == 1


def test_an_empty_value_is_unset() -> None:
    assert load_settings({"PINTU_AMQP_URL": " "}).amqp_url is None


def test_every_error_is_told_at_once() -> None:
    with pytest.raises(BadConfiguration) as raised:
        load_settings(
            {
                "PINTU_AMQP_URI": "amqp://localhost/",
                "PINTU_AMQP_URL": "http://user:secret@localhost",
                "PINTU_DATABASE_URL": "mysql://user:secret@localhost/x",
                "PINTU_HTTP": "here",
                "PINTU_LOG_FORMAT": "xml",
                "PINTU_CLOCK_SPEED": "fast",
                "PINTU_CONFIG_DIR": "/no/such/folder",
            }
        )
    told = str(raised.value)
    assert len(told.splitlines()) == 7
    assert "did you mean PINTU_AMQP_URL?" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("127.0.0.1:9000", ("127.0.0.1", 9000)),
        (":9000", ("127.0.0.1", 9000)),
        ("[::1]:9000", ("::1", 9000)),
        ("off", "off"),
    ],
)
def test_addresses(given: str, expected: object) -> None:
    assert load_settings({"PINTU_HTTP": given}).http == expected


def test_other_programs_variables_are_none_of_our_business() -> None:
    load_settings({"PINTUX": "1", "PATH": "/bin"})
