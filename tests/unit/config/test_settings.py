"""Settings are strict: whatever is wrong is told at once, with the variable and what to do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker.errors import BadConfiguration
from config.settings import load_settings
from pintu.cli.main import app


def test_unset_means_a_private_node_sqlite_and_the_shipped_rules() -> None:
    settings = load_settings({})
    assert settings.amqp_url is None
    assert settings.database_url is None
    assert settings.config_dir is None
    assert settings.state_dir == Path(".pintu")
    assert settings.http is None
    assert settings.clock_speed == 1
    assert settings.log_sample == 1
    assert settings.gateway_proxies == ("127.0.0.1", "::1")
    assert (settings.gateway_idempotency_days, settings.gateway_key_days) == (90, 365)


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
                "PINTU_LOG_SAMPLE": "1%",
                "PINTU_GATEWAY_PROXIES": "*",
                "PINTU_GATEWAY_KEY_DAYS": "a year",
                "PINTU_GATEWAY_IDEMPOTENCY_DAYS": "0",
                "PINTU_CONFIG_DIR": "/no/such/folder",
            }
        )
    told = str(raised.value)
    assert len(told.splitlines()) == 11
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


@pytest.mark.parametrize(
    "given", ["here", "localhost:²", "localhost:65536", "localhost:" + "9" * 5000]
)
def test_what_is_no_address_is_told(given: str) -> None:
    with pytest.raises(BadConfiguration, match="PINTU_HTTP: host:port"):
        load_settings({"PINTU_HTTP": given})


def test_proxies_are_addresses_and_networks() -> None:
    settings = load_settings({"PINTU_GATEWAY_PROXIES": "10.0.5.7, 172.16.0.0/12,fd00::/8"})
    assert settings.gateway_proxies == ("10.0.5.7/32", "172.16.0.0/12", "fd00::/8")


@pytest.mark.parametrize("given", ["*", "0.0.0.0/0", "::/0", "proxy", "10.0.5.7/12", "10.0.0.1,,"])
def test_everybody_is_no_proxy_and_neither_is_a_name(given: str) -> None:
    with pytest.raises(BadConfiguration, match="PINTU_GATEWAY_PROXIES: addresses or networks"):
        load_settings({"PINTU_GATEWAY_PROXIES": given})


def test_a_url_with_an_impossible_port_is_not_said_to_lack_its_scheme() -> None:
    with pytest.raises(BadConfiguration, match="PINTU_AMQP_URL: not a usable URL"):
        load_settings({"PINTU_AMQP_URL": "amqp://rabbit:99999/"})


@pytest.mark.parametrize(
    "words", [["rules", "check"], ["route", "lampu"], ["due", "2025-02-04T16:00", "3"]]
)
def test_a_misspelt_name_is_an_error_also_of_commands_that_need_no_setting(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the shipped rules would be found good, and not those that were meant looked at."""
    monkeypatch.setenv("PINTU_CONFG_DIR", "/etc/pintu")
    with pytest.raises(BadConfiguration, match="did you mean PINTU_CONFIG_DIR"):
        CliRunner().invoke(app, words, catch_exceptions=False)


def test_help_is_given_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTU_CONFG_DIR", "/etc/pintu")
    words = ["rules", "check", "--help"]
    monkeypatch.setattr("sys.argv", ["pintu", *words])
    assert "Example" in CliRunner().invoke(app, words).stdout


def test_other_programs_variables_are_none_of_our_business() -> None:
    load_settings({"PINTUX": "1", "PATH": "/bin"})
