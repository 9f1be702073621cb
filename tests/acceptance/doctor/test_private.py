"""`pintu doctor` where nothing but a state folder is set: a private RabbitMQ node and SQLite."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from broker.node import Node
from broker.node.seen import look
from broker.store.backup import back_up, restore
from tests.acceptance.doctor.examining import (
    Fault,
    examined,
    finds,
    found,
    nothing_is_found,
    town_with_holidays,
)
from tests.acceptance.program import Program, pintu
from tests.support.eventually import eventually
from tests.support.nodes import Management

pytestmark = [pytest.mark.rabbitmq]
OLD = timedelta(days=3)


class Private(Program):
    """`pintu run all` with a node of its own."""

    def __init__(self, folder: Path) -> None:
        for part in ("state", "state/log"):
            (folder / part).mkdir(0o700)
        self.state = folder / "state"
        self.settings = {
            "AMQP_URL": "",
            "STATE_DIR": str(self.state),
            "CONFIG_DIR": str(town_with_holidays(folder / "town")),
        }
        super().__init__("all", "", self.state, **self.settings)
        self.settings["HTTP"] = self.url.removeprefix("http://")


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory, rabbitmq: Node) -> Iterator[Private]:
    """It runs, and has been backed up with a case. The session's node is for comparison, and so
    that the tests are skipped where there is no RabbitMQ."""
    made = Private(tmp_path_factory.mktemp("private"))
    try:
        line = made.state.parent / "one.jsonl"
        line.write_text('{"text": "sampah menumpuk", "id": "one"}\n')
        given = {name: value for name, value in made.settings.items() if value}
        sent = pintu("publish", str(line), "--channel", "web", settings=given)
        assert sent.returncode == 0, sent.stderr
        eventually(lambda: cases_in(made.state) == 1, saying="there is a case")
        saved = pintu("store", "backup", str(made.state.parent / "backup"), settings=given)
        assert saved.returncode == 0, saved.stderr
        yield made
    finally:
        made.kill()


def cases_in(state: Path) -> int:
    with closing(sqlite3.connect(state / "cases.sqlite3")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM cases").fetchone()
    return int(count)


@pytest.fixture
def copy(private: Private, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of another state folder with the same store, on the same node."""
    state = tmp_path / "copy"
    backup = tmp_path / "backup"
    back_up(private.state, backup, datetime.now(UTC), "test")
    restore(backup, state, datetime.now(UTC))
    url = look(private.state).url or ""
    note = (private.state / "last-backup.json").read_text()
    (state / "last-backup.json").touch(0o600)
    (state / "last-backup.json").write_text(note)
    yield {**private.settings, "STATE_DIR": str(state), "AMQP_URL": url}


BESIDE = ("user-tag",)
"""The user of a private node is its administrator; as somebody else's it would be too much."""


def state_of(settings: Mapping[str, str]) -> Path:
    return Path(settings["STATE_DIR"])


def test_nothing_is_found_where_all_is_well_and_every_check_looks(private: Private) -> None:
    record = nothing_is_found(private.settings)
    assert record["not_seen"] == []
    fine = {entry["check"] for entry in record["fine"]}
    assert {"node", "user-permissions", "topology", "watermark", "backup", "disk"} <= fine
    assert not {code for code in fine if code.startswith("database-")}


def test_what_is_fine_is_said_where_it_is_asked_for(private: Private) -> None:
    given = {name: value for name, value in private.settings.items() if value}
    done = pintu("doctor", "--verbose", settings=given)
    assert done.returncode == 0
    assert "fine: node: runs" in done.stdout.decode()
    assert done.stdout.decode().splitlines()[-1].startswith("ok: ")


@pytest.mark.parametrize("name", [".", "cases.sqlite3", "node"])
def test_rights_of_others_are_found(private: Private, name: str) -> None:
    path = private.state / name
    before = path.stat().st_mode
    path.chmod(before | 0o044)
    try:
        (finding,) = finds(Fault("state-rights", {}), private.settings)["state-rights"]
    finally:
        path.chmod(before)
    assert finding.mends.startswith("chmod ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_found(private: Private) -> None:
    path = private.state / "journal.sqlite3"
    before = path.stat().st_uid
    os.chown(path, 65534, -1)
    try:
        finds(Fault("state-owner", {}), private.settings)
    finally:
        os.chown(path, before, -1)


def test_a_backup_that_is_old_is_found(copy: dict[str, str]) -> None:
    note = state_of(copy) / "last-backup.json"
    old = (datetime.now(UTC) - OLD).isoformat()
    note.write_text(f'{{"form": 1, "made_at": "{old}", "folder": "/backup/monday"}}')
    (finding,) = finds(Fault("backup", {}, BESIDE), copy)["backup"]
    assert "/backup/monday is 3 days old" in finding.what
    note.unlink()
    (finding,) = finds(Fault("backup", {}, BESIDE), copy)["backup"]
    assert finding.what == "none was ever made of this store"


def test_a_damaged_file_is_found(copy: dict[str, str]) -> None:
    file = state_of(copy) / "cases.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\x55" * 4096 * 2
    file.write_bytes(content)
    finds(Fault("store-damaged", {}, (*BESIDE, "store-away")), copy)


def test_a_file_that_is_no_database_is_found(copy: dict[str, str]) -> None:
    (state_of(copy) / "cases.sqlite3").write_bytes(b"x" * 5000)
    finds(Fault("store-away", {}, (*BESIDE, "store-damaged")), copy)


def test_a_journal_that_is_gone_is_found(copy: dict[str, str]) -> None:
    (state_of(copy) / "journal.sqlite3").unlink()
    finds(Fault("store-pair", {}, BESIDE), copy)


def test_a_file_that_somebody_has_locked_is_found(copy: dict[str, str]) -> None:
    file = state_of(copy) / "cases.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # as it is once the program has run
        connection.execute("BEGIN IMMEDIATE")
        finds(Fault("store-locked", {}, BESIDE), copy)


def test_older_and_newer_tables_are_found(copy: dict[str, str]) -> None:
    for version, check in (("cases_0001", "migration-behind"), ("cases_0099", "migration-ahead")):
        with closing(sqlite3.connect(state_of(copy) / "cases.sqlite3")) as connection:
            connection.execute("UPDATE cases_version SET version_num = ?", (version,))
            connection.commit()
        finds(Fault(check, {}, BESIDE), copy)


def test_a_fast_clock_on_real_cases_is_found(private: Private) -> None:
    finds(Fault("clock-speed", {"CLOCK_SPEED": "1000"}), private.settings)


def test_hosts_of_two_brokers_are_found(private: Private, rabbitmq: Node) -> None:
    """Each lets this user in; only together they are wrong."""
    urls = []
    for node in (rabbitmq, look(private.state)):
        assert node.management_url and node.url
        management = Management(node.management_url)
        management.call("PUT", "/users/both", {"password": "both", "tags": "monitoring"})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        management.call("PUT", f"/permissions/{quote('/', safe='')}/both", everything)
        urls.append(node.url.rpartition("@")[2].partition("/")[0])
    changes = {
        "AMQP_URL": f"amqp://both:both@{urls[1]},{urls[0]}/",
        "MANAGEMENT_URL": look(private.state).management_url or "",
    }
    finds(Fault("amqp-cluster", changes), private.settings)


def test_a_folder_in_which_nothing_was_started_is_found(private: Private, tmp_path: Path) -> None:
    settings = {**private.settings, "STATE_DIR": str(tmp_path / "new"), "HTTP": "off"}
    assert found(settings).keys() == {"node"}
    assert not (tmp_path / "new").exists()


def test_a_node_whose_program_was_killed_is_found(private: Private) -> None:
    """At the end of this file: nothing runs after it."""
    private.kill()
    eventually(lambda: found(private.settings).keys() == {"node"}, saying="the node is found")
    one = {check.check.code: check for check in examined(private.settings)}
    assert one["topology"].not_seen == "the private node does not run"
    assert "no process of the program answers" in (one["process-ready"].not_seen or "")
