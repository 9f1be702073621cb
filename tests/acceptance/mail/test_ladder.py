"""On real parts and a fast clock each rung of a case is told by mail to the role that it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.node import Node
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.mail.conftest import CONTACTS, DLH, HEAD
from tests.acceptance.program import Program
from tests.support.eventually import eventually
from tests.support.smtp import Letter, Post

_MORE = """
[[contact]]
role = "secretary"
address = "sekda@basel.test"

[[contact]]
role = "inspectorate"
address = "itda@basel.test"
"""


@pytest.fixture
def fast(mail_url: str, rabbitmq: Node, town: Path, post: Post, tmp_path: Path) -> Iterator[Door]:
    """A day lasts about two seconds."""
    (town / "contacts.toml").write_text(CONTACTS + _MORE)
    program = Program(
        "all",
        mail_url,
        tmp_path / "state",
        MANAGEMENT_URL=rabbitmq.management_url or "",
        CONFIG_DIR=str(town),
        CLOCK_SPEED="40000",
        SMTP_URL=f"smtp://127.0.0.1:{post.port}?rate=6000",
        MAIL_SENDER="lapor@basel.test",
    )
    yield door_of(program)
    program.stop()


@pytest.mark.slow
def test_every_rung_reaches_its_role(fast: Door, post: Post) -> None:
    filed = fast.files("Sampah menumpuk di Rias")
    code = filed["tracking"]

    def told(to: str, words: str) -> Letter:
        def found() -> Letter | None:
            return next((x for x in post.to(to) if code in x.subject and words in x.subject), None)

        return eventually(found, within=120, saying=f"{to}: {words}")

    told(DLH, "Laporan baru")
    told(DLH, "Pengingat")
    told(HEAD, "Lewat batas waktu: respons awal")
    for to, role in (
        ("admin@basel.test", "admin instansi"),
        ("sekda@basel.test", "Sekda"),
        ("itda@basel.test", "Inspektorat"),
    ):
        letter = told(to, f"Eskalasi kepada {role}")
        assert "Dinas Lingkungan Hidup" in letter.text
