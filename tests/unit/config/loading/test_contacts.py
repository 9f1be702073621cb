"""`contacts.toml`: every error at once with its place, and what the shipped one says."""

import shutil
from datetime import time
from pathlib import Path

import pytest

from broker.errors import BadConfiguration
from config.loading import check_rules, load_rules
from config.loading.snapshot import load_snapshot
from tests.support.regions import SMALL_REGION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "region"
    shutil.copytree(SMALL_REGION, there)
    return there


def told(folder: Path, text: str) -> list[str]:
    (folder / "contacts.toml").write_text(text)
    return [str(error) for error in check_rules(folder).errors]


def test_without_the_file_nobody_is_told(folder: Path) -> None:
    assert load_rules(folder).contacts.all == ()


def test_a_file_as_it_is_meant(folder: Path) -> None:
    errors = told(
        folder,
        """
        [[agency]]
        code = "dishub"
        queue = true
        personal = true
        [[contact]]
        role = "agency"
        agency = "dishub"
        name = "Loket"
        address = "loket@dishub.kab.go.id"
        digest = 08:30:00
        [[contact]]
        role = "secretary"
        address = "sekda@kab.go.id"
        language = "en"
        """,
    )
    assert errors == []
    found = load_rules(folder).contacts
    loket, sekda = found.all
    assert loket.digest == time(8, 30)
    assert loket.tells == {"complaints", "news", "escalations"}
    assert sekda.agency is None and sekda.language == "en"
    assert sekda.tells == {"escalations"}
    assert found.drained() == {"dishub"} == found.personal
    snapshot = load_snapshot(folder)
    assert snapshot is not None and snapshot.rules.contacts == found


def test_every_error_is_told_at_once_with_its_place(folder: Path) -> None:
    errors = told(
        folder,
        """
        [[agency]]
        code = "nobody"
        [[contact]]
        role = "agency"
        address = "a@kab.go.id"
        [[contact]]
        role = "head"
        agency = "dishubb"
        address = "b@kab.go.id"
        [[contact]]
        role = "secretary"
        address = "c@kab.go.id"
        [[contact]]
        role = "secretary"
        address = "C@kab.go.id"
        """,
    )
    assert errors == [
        "contacts.toml: agency 1, code: no agency has the code 'nobody'",
        "contacts.toml: contact 1, agency: a contact of role 'agency' is somebody's: name the"
        " agency",
        "contacts.toml: contact 2, agency: no agency has the code 'dishubb'",
        "contacts.toml: contact 4: the same address in the same role; remove one",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kab.go.id",
        "a@kab",
        "a b@kab.go.id",
        "a@kab.go.id\\nBcc: x@y.id",
        "a@kab.go.id, b@kab.go.id",
        "<a@kab.go.id>",
        "a@kab..id",
        "ä@kab.go.id",
        "a" * 300 + "@kab.go.id",
    ],
)
def test_what_is_no_address_is_refused(folder: Path, address: str) -> None:
    [error] = told(folder, f'[[contact]]\nrole = "secretary"\naddress = "{address}"\n')
    assert error.startswith("contacts.toml: contact 1, address: ")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('role = "boss"', "contact 1, role"),
        ('tells = ["gossip"]', "contact 1, tells 1"),
        ("tells = []", "contact 1, tells"),
        ('digest = "8"', "contact 1, digest"),
        ("adress = 1", "contact 1, adress: unknown key"),
        ('language = "jv"', "contact 1, language"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(folder: Path, line: str, says: str) -> None:
    role = "" if line.startswith("role") else 'role = "secretary"\n'
    errors = told(folder, f'[[contact]]\n{role}address = "a@kab.go.id"\n{line}\n')
    assert any(says in error for error in errors)


def test_a_queue_that_is_read_for_nobody_is_a_warning(folder: Path) -> None:
    assert told(folder, '[[agency]]\ncode = "dishub"\nqueue = true\n') == []
    assert "no contact of it has an address yet" in str(check_rules(folder).warnings[-1])


def test_a_broken_file_leaves_no_traceback(folder: Path) -> None:
    for text in ("[[contact", "\0", "contact = 3", "[contact]\nrole = 1"):
        assert told(folder, text)
    with pytest.raises(BadConfiguration, match=r"contacts\.toml"):
        load_rules(folder)


def test_the_shipped_file_writes_to_nobody() -> None:
    found = load_rules(None).contacts
    assert found.all and found.usable == ()
    assert found.keys() == () and found.drained() == frozenset()
