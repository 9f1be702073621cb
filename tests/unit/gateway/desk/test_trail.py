"""Rows of the audit trail: whatever a stranger wrote, each message is one line."""

import json
from datetime import UTC
from typing import Any
from uuid import UUID

import pytest

from broker.messaging.messages import Incoming
from gateway.desk.trail import COLUMNS, Row, about, by_channel, concerning, row_of
from schemas.identifiers import tracking
from schemas.properties import Properties

COMPLAINT = UUID("11111111-2222-5333-8444-555555555555")
CODE = tracking(COMPLAINT)


def a_row(exchange: str, key: str, body: Any, **properties: Any) -> Row:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return row_of(7, Incoming(raw, exchange, key, Properties(**properties), False, 1))


def an_update(key: str = "agency.dlh.held", subject: str = CODE) -> Row:
    body = {"id": "u-1", "subject": subject, "data": {"note": "Di mana?"}}
    return a_row("complaints.updates", key, body)


def an_event(key: str = "opened.dlh.web") -> Row:
    data = {"complaint_id": str(COMPLAINT), "tracking": CODE, "by": "desk"}
    event = {"id": "e-1", "source": "/pintu/cases", "time": "2026-02-02T09:00:00Z", "data": data}
    return a_row("complaints.events", key, event)


@pytest.mark.parametrize("text", [str(COMPLAINT), CODE, CODE.lower().replace("-", "")])
def test_a_complaint_is_found_by_id_and_by_code_however_it_is_named(text: str) -> None:
    wanted = about(text)
    assert wanted
    assert wanted(an_event()) and wanted(an_update()) and wanted(an_update(subject=str(COMPLAINT)))
    other = about("00000000-2222-5333-8444-555555555555")
    assert other and not other(an_event())


def test_a_message_is_found_by_its_own_id_and_nothing_by_no_words() -> None:
    by_id = about("u-1")
    assert by_id and by_id(an_update()) and not by_id(an_event())
    assert about(" ") is None


def test_who_is_concerned_stands_in_the_key() -> None:
    assert concerning("dlh")(an_event()) and concerning("dlh")(an_update())
    assert not concerning("dlh")(an_update("desk.dlh.held"))
    assert by_channel("web")(an_event()) and by_channel("web")(an_update("channel.web.replied"))
    assert not by_channel("web")(an_update("agency.web.held"))
    assert (an_event().verb, an_update().verb) == ("opened", "held")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\x00",
        b"[" * 100_000,
        b"null",
        b'{"id": 7, "data": 8, "time": "x"}',
        b'{"id": "\\u001b"}',
    ],
)
@pytest.mark.parametrize("exchange", ["complaints.events", "complaints.updates"])
@pytest.mark.parametrize("key", ["", "agency.dlh.held", "\x1b[2J.\u202e", "a.b.c.d"])
def test_nothing_that_a_stranger_sends_breaks_a_line(exchange: str, key: str, body: bytes) -> None:
    row = a_row(exchange, key, body, message_id="\x1b]0;\x07")
    cells = row.cells(UTC)
    assert len(cells) == len(COLUMNS)
    assert all(cell.isprintable() for cell in cells)
    assert json.dumps(row.plain())
