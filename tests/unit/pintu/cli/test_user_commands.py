"""``pintu user``, in this process, on a store of its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from config.language import spoken_in
from pintu.cli.main import app

TOWN = Path(__file__).parents[3] / "acceptance" / "town"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTU_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(TOWN))
    monkeypatch.setenv("PINTU_LANGUAGE", "en")
    monkeypatch.delenv("PINTU_OIDC_ISSUER", raising=False)


def user(*words: str, given: str = "") -> Result:
    with spoken_in("en"):
        done = CliRunner().invoke(app, ["user", *words], input=given, env={"TERM": "dumb"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def people() -> Any:
    return json.loads(user("list", "--json").stdout)


def test_a_first_password_stands_alone_on_standard_output() -> None:
    done = user("add", "rina", "--role", "desk", "--role", "agency:dlh", "--name", "Rina Wati")
    assert done.exit_code == 0, done.output
    assert len(done.stdout.strip()) == 20
    [rina] = people()
    assert (rina["name"], rina["shown_name"], rina["state"]) == (
        *("rina", "Rina Wati", "first-password"),
    )
    assert rina["roles"] == ["agency:dlh", "desk"]


def test_a_password_from_outside_is_printed_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("kuda tiang pisang\n")
    done = user("add", "rina", "--role", "desk", "--password-file", str(file), "--lasting")
    assert (done.exit_code, done.stdout) == (0, "")
    assert people()[0]["state"] == "active"
    done = user("password", "rina", "--password-file", "-", given="gajah lima payung\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert people()[0]["state"] == "first-password"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "rina", "--role", "desk"), "already"),
        (("add", "budi", "--role", "agency:nowhere"), "nowhere"),
        (("add", "budi", "--role", "boss"), "one of"),
        (("add", "Budi S", "--role", "desk"), "lower-case"),
        (("add", "budi", "--role", "desk", "--oidc", "1"), "PINTU_OIDC_ISSUER"),
        (("add", "budi", "--role", "desk", "--email", "x"), "mail address"),
        (("add", "budi", "--role", "desk", "--password-file", "/nowhere"), "No such file"),
        (("add", "budi", "--role", "desk", "--password-file", "-"), "is empty"),
        (("change", "rina"), "say what"),
        (("change", "rina", "--role", "boss"), "one of"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(words: tuple[str, ...], why: str) -> None:
    user("add", "rina", "--role", "desk")
    before = people()
    done = user(*words)
    assert (done.exit_code, why in " ".join(done.output.split())) == (2, True), done.output
    assert people() == before


@pytest.mark.parametrize(
    "words",
    [
        ("change", "nobody", "--disable"),
        *((command, "nobody") for command in ("password", "end-sessions", "unlock", "remove")),
        ("reset-second-factor", "nobody"),
    ],
    ids=str,
)
def test_nobody_of_that_name_is_told(words: tuple[str, ...]) -> None:
    done = user(*words)
    assert (done.exit_code, "nobody has the name" in done.output) == (1, True), done.output


def test_each_command_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTU_OIDC_ISSUER", "https://sso.test")
    user("add", "rina", "--role", "desk")
    for words in (
        ("change", "rina", "--role", "lead", "--name", "R W", "--email", "r@basel.test"),
        ("change", "rina", "--oidc", "1001", "--disable"),
        ("change", "rina", "--oidc", "", "--enable"),
        *((c, "rina") for c in ("password", "end-sessions", "reset-second-factor", "unlock")),
        ("remove", "rina"),
    ):
        assert user(*words).exit_code == 0, words
    lines = json.loads(user("log", "--json").stdout)
    assert {line["who"] for line in lines} == {"pintu user"}
    assert [line["what"] for line in reversed(lines)] == [
        *("added", "roles", "shown-name", "email", "oidc-linked", "disabled", "oidc-unlinked"),
        *("enabled", "password-reset", "sessions-ended", "second-factor-off", "unlocked"),
        "removed",
    ]
    head, first, *_ = user("log").stdout.splitlines()
    assert head.split("\t") == ["at", "who", "what", "of", "detail"]
    assert first.split("\t")[1:4] == ["pintu user", "removed", "rina"]
