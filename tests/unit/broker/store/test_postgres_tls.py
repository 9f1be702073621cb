"""What is checked of a PostgreSQL where the URL does not say."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from broker.errors import BadConfiguration, StoreTrustRefused
from broker.store.refusals import refused
from broker.store.tls import PARAMETERS, secured, see_to_files, shown


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def asked(url: str, **environment: str) -> tuple[object, object]:
    query = secured(make_url(url), environment).query
    return query.get("sslmode"), query.get("sslrootcert")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@db.example/pintu",
        "postgresql://u@10.0.0.7:5433/pintu",
        "postgresql://u@db/pintu",
        "postgresql:///pintu?host=localhost,db",
        "postgresql:///pintu?host=localhost:5432&host=db:5432",
        "postgresql://u@127.0.0.1.example/pintu",
    ],
)
def test_another_machine_is_checked_whole(url: str) -> None:
    assert asked(url) == ("verify-full", "system")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@localhost/pintu",
        "postgresql://u@127.0.0.1:5433/pintu",
        "postgresql://u@[::1]/pintu",
        "postgresql:///pintu",
        "postgresql:///pintu?host=/var/run/postgresql",
        "postgresql:///pintu?host=localhost:5432",
    ],
)
def test_on_this_machine_it_is_as_the_driver_has_it(url: str) -> None:
    assert asked(url) == (None, None)


def test_whoever_names_an_authority_wants_it_to_be_checked() -> None:
    assert asked("postgresql://u@localhost/p?sslrootcert=/ca.pem") == ("verify-full", "/ca.pem")


@pytest.mark.parametrize("mode", ["disable", "require", "verify-ca"])
def test_what_the_url_says_stays(mode: str) -> None:
    assert asked(f"postgresql://u@db/p?sslmode={mode}") == (mode, None)


def test_the_drivers_own_variables_count_as_said() -> None:
    assert asked("postgresql://u@db/p", PGSSLMODE="disable") == (None, None)
    assert asked("postgresql://u@db/p", PGSSLROOTCERT="/ca.pem") == ("verify-full", None)
    assert asked("postgresql:///p", PGHOST="db") == ("verify-full", "system")


def test_authorities_in_the_drivers_own_place_are_used(home: Path) -> None:
    (home / ".postgresql").mkdir()
    (home / ".postgresql" / "root.crt").touch()
    assert asked("postgresql://u@db/p") == ("verify-full", None)


def test_a_mode_that_there_is_not_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(BadConfiguration, match="verify-full"):
        secured(make_url("postgresql://u@db/p?sslmode=verify"), {})


def test_a_url_is_shown_without_what_may_be_a_password() -> None:
    url = make_url("postgresql://u:geheim@db/p?password=geheim&sslpassword=geheim")
    assert shown(url) == "postgresql://u:***@db/p"


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name != "sslmode"])
def test_a_file_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(StoreTrustRefused, match=f"{name}: /nowhere cannot be read"):
        see_to_files(make_url(f"postgresql://u@localhost/p?{name}=/nowhere"))


@pytest.mark.parametrize(
    "said",
    [
        'connection to server at "127.0.0.1", port 1 failed: Connection refused',
        "connection timeout expired",
        "FATAL:  the database system is starting up",
        'FATAL:  database "p" does not exist',
        "FATAL:  sorry, too many clients already",
        "",
    ],
)
def test_what_may_pass_by_itself_is_no_refusal(said: str) -> None:
    assert refused(make_url("postgresql://u@localhost/p"), Exception(said)) is None


def test_of_two_addresses_the_one_that_answers_says_more() -> None:
    said = (
        'connection failed: connection to server at "::1", port 1 failed: Connection refused\n'
        "Multiple connection attempts failed. All failures were:\n"
        "- host: 'localhost', port: 1, hostaddr: '127.0.0.1': FATAL:  password authentication"
        ' failed for user "u"'
    )
    assert "this user" in str(refused(make_url("postgresql://u@localhost/p"), Exception(said)))
