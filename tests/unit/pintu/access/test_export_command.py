"""`pintu access export`, without a broker: files, passwords, what is kept."""

import base64
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from broker.amqp.address import parse_address
from broker.errors import BadConfiguration
from pintu.access.logins import login_of
from pintu.cli import access
from tests.support.regions import SMALL_REGION


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(SMALL_REGION))
    monkeypatch.setenv("PINTU_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PINTU_AMQP_URL", "amqp://admin:secret@rabbit:5672/pintu")
    yield tmp_path / "access"


def run(*words: str) -> Result:
    done = CliRunner().invoke(access.app, ["export", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def definitions(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "definitions.json").read_text())
    return found


def hashes(folder: Path) -> dict[str, str]:
    return {each["name"]: each["password_hash"] for each in definitions(folder)["users"]}


def password(folder: Path, user: str) -> str:
    return parse_address((folder / "secrets" / user).read_text().strip()).password


def salt_of(password_hash: str) -> bytes:
    return base64.b64decode(password_hash)[:4]


def test_the_definitions_go_to_the_pipe_and_into_files(folder: Path) -> None:
    done = run()
    whole = definitions(folder)
    assert json.loads(done.stdout) == whole
    first = json.loads((folder / "1-users.json").read_text())
    second = json.loads((folder / "2-permissions.json").read_text())
    assert {**first, **second} == whole
    assert set(second) == {"permissions"}, "what lets somebody in comes last"
    names = {each["name"] for each in whole["users"]}
    assert {"router", "agency.dlh", "channel.web", "operator", "monitor"} <= names
    assert {each["user"] for each in whole["permissions"]} == names
    assert {each["vhost"] for each in whole["permissions"]} == {"pintu"}


def test_what_is_written_is_for_its_owner_alone_and_holds_no_password_but_in_secrets(
    folder: Path,
) -> None:
    done = run()
    for file in folder.rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600), file
    secret = password(folder, "agency.dlh")
    elsewhere = [f.read_text() for f in folder.glob("*.json")]
    assert [text for text in (*elsewhere, done.stdout, done.stderr) if secret in text] == []


def test_the_secret_is_the_url_of_that_user_and_fits_the_hash(folder: Path) -> None:
    run()
    text = (folder / "secrets" / "agency.dlh").read_text().strip()
    assert text == f"amqp://agency.dlh:{password(folder, 'agency.dlh')}@rabbit:5672/pintu"
    kept = hashes(folder)["agency.dlh"]
    assert login_of(password(folder, "agency.dlh"), salt_of(kept)).password_hash == kept


def test_who_is_known_keeps_its_password_though_the_secret_is_gone(folder: Path) -> None:
    run()
    before = hashes(folder)
    for file in (folder / "secrets").iterdir():
        file.unlink()
    done = run()
    assert hashes(folder) == before
    assert list((folder / "secrets").iterdir()) == []
    assert "new password" not in done.stderr


def test_a_rotated_user_alone_gets_a_new_password(folder: Path) -> None:
    run()
    before, old = hashes(folder), password(folder, "agency.dlh")
    run("--rotate", "agency.dlh")
    assert {u for u, made in hashes(folder).items() if made != before[u]} == {"agency.dlh"}
    assert password(folder, "agency.dlh") != old


def test_a_revoked_user_is_gone_with_its_secret(folder: Path) -> None:
    run()
    done = run("--revoke", "agency.dlh")
    assert "agency.dlh" not in json.dumps(definitions(folder))
    assert not (folder / "secrets" / "agency.dlh").exists()
    assert "rabbitmqctl delete_user agency.dlh" in done.stderr


def test_a_user_with_a_certificate_has_no_password_then_or_later(folder: Path) -> None:
    run()
    run("--certificate", "agency.dlh")
    assert hashes(folder)["agency.dlh"] == ""
    assert not (folder / "secrets" / "agency.dlh").exists()
    run()
    assert hashes(folder)["agency.dlh"] == ""
    run("--rotate", "agency.dlh")
    assert hashes(folder)["agency.dlh"] != ""


def test_a_person_of_the_desk_stays_until_revoked(folder: Path) -> None:
    run("--person", "sri")
    run()
    assert "desk.sri" in hashes(folder)
    run("--revoke", "desk.sri")
    run()
    assert "desk.sri" not in hashes(folder)


def test_one_user_for_one_process_stays_one(folder: Path) -> None:
    for words in (["--all-in-one"], []):
        run(*words)
        assert "all" in hashes(folder)
        assert not {"router", "cases", "escalations"} & hashes(folder).keys()


def test_who_left_the_configuration_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    file = folder / "definitions.json"
    file.write_text(file.read_text().replace("agency.dlh", "agency.dinas-usang"))
    done = run()
    assert "pintu access export --revoke agency.dinas-usang" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--rotate", "agency.nobody"], "there is no such user"),
        (["--certificate", "nobody"], "there is no such user"),
        (["--revoke", "agency.nobody"], "there is no such user"),
        (["--revoke", "admin"], "no user of this system's"),
        (["--rotate", "agency.dlh", "--revoke", "agency.dlh"], "choose"),
        (["--rotate", "agency.dlh", "--certificate", "agency.dlh"], "has no password"),
        (["--person", "Sri Wahyuni"], "has not the form of a name"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_nothing_is_written(
    folder: Path, words: list[str], says: str
) -> None:
    with pytest.raises(BadConfiguration, match=says):
        run(*words)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b'{"users": [{"name": "router"}]}'])
def test_a_spoilt_file_is_told_and_not_overwritten(folder: Path, content: bytes) -> None:
    """New passwords for everybody would lock everybody out."""
    folder.mkdir()
    (folder / "definitions.json").write_bytes(content)
    with pytest.raises(BadConfiguration, match="is not what `pintu access export` wrote"):
        run()
    assert (folder / "definitions.json").read_bytes() == content


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("--dir", str(tmp_path / "file"))
    assert done.exit_code == 1
    assert f"error: {tmp_path / 'file'}" in done.stderr


def test_show_prints_who_may_do_what() -> None:
    done = CliRunner().invoke(access.app, ["show"])
    [line] = [line for line in done.stdout.splitlines() if line.startswith("agency.dlh\t")]
    assert line.split("\t")[3:] == [
        r"^complaints\.updates$",
        r"^agency\.dlh$",
        r"complaints.updates=^agency\.dlh\.",
    ]
    listed = json.loads(CliRunner().invoke(access.app, ["show", "--json"]).stdout)
    assert {"user", "who", "configure", "write", "read", "keys"} == set(listed[0])
