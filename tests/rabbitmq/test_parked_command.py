"""`pintu parked`, as an operator and a script see it."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from pintu.cli import parked
from schemas.properties import Properties
from tests.rabbitmq.declared import client, declare

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
BODIES = (b'{"text": "\x1b[2J"}', b"\xff\x00", b"[]")


@pytest.fixture(autouse=True)
def _three_parked(monkeypatch: pytest.MonkeyPatch, amqp_url: str, management_url: str) -> None:
    """Three parked messages, of the reasons no-text, not-utf8 and batch."""
    monkeypatch.setenv("PINTU_AMQP_URL", amqp_url)
    asyncio.run(_park(amqp_url, management_url))


async def _park(amqp_url: str, management_url: str) -> None:
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        for body, reason in zip(BODIES, ("no-text", "not-utf8", "batch"), strict=True):
            properties = Properties(message_id=f"m-{reason}", headers={"traceparent": "t"})
            message = Incoming(body, "complaints.intake", "sms\t\x1b[2J", properties, False, 1)
            out = park(message, reason, "why", NOW)
            await someone.publish(
                out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
            )
        await someone.holds("parked", 3)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(parked.app, arguments)


def ids() -> dict[str, str]:
    """Id of each message by reason."""
    return {row["reason"]: row["id"] for row in json.loads(run("list", "--json").stdout)}


def test_the_list_has_six_columns_and_nothing_that_a_terminal_would_obey() -> None:
    lines = [line.split("\t") for line in run("list").stdout.splitlines()]
    assert [line[:4] for line in lines] == [
        [reason, "complaints.intake/sms\\t\\x1b[2J", "2026-02-02T02:00:00+00:00", str(len(body))]
        for body, reason in zip(BODIES, ("no-text", "not-utf8", "batch"), strict=True)
    ]
    assert len({line[4] for line in lines}) == 3
    assert {line[5] for line in lines} == {"complaints.intake/sms\\t\\x1b[2J"}


def test_the_list_can_be_limited_and_filtered() -> None:
    assert [row["reason"] for row in json.loads(run("list", "--json").stdout)] == [
        "no-text",
        "not-utf8",
        "batch",
    ]
    limited = run("list", "--limit", "1")
    assert (len(limited.stdout.splitlines()), "2 more" in limited.stderr) == (1, True)
    assert len(run("list", "--reason", "batch").stdout.splitlines()) == 1


def test_show_escapes_the_body_and_raw_gives_it_byte_for_byte() -> None:
    known = ids()
    shown = run("show", known["no-text"])
    assert "\x1b" not in shown.stdout
    assert '{"text": "\\x1b[2J"}' in shown.stdout
    assert "m-no-text" in shown.stdout
    assert run("show", "--raw", known["not-utf8"]).stdout_bytes == b"\xff\x00"
    whole = json.loads(run("show", "--json", known["not-utf8"][:8]).stdout)
    assert (whole["body_base64"], whole["properties"]["message_id"]) == ("/wA=", "m-not-utf8")


def test_replay_of_one_message_leaves_the_others() -> None:
    known = ids()
    replayed = run("replay", known["batch"])
    assert (replayed.exit_code, replayed.stdout) == (0, "1 sent back\n")
    assert ids() == {reason: known[reason] for reason in ("no-text", "not-utf8")}


def test_replay_by_reason_and_of_all(amqp_url: str) -> None:
    assert run("replay", "--reason", "batch").stdout == "1 sent back\n"
    assert run("replay", "--all").stdout == "2 sent back\n"
    assert run("replay", "--all").stdout == "0 sent back\n"
    asyncio.run(_holds(amqp_url, "router.intake", 3))


async def _holds(amqp_url: str, queue: str, count: int) -> None:
    async with client(amqp_url) as someone:
        await someone.holds(queue, count)


def test_replay_asks_for_exactly_one_choice() -> None:
    for wrong in ((), ("abc", "--all"), ("--reason", "batch", "--all")):
        assert run("replay", *wrong).exit_code == 2


def test_a_message_that_nobody_would_take_stays_and_replay_fails(amqp_url: str) -> None:
    asyncio.run(_dead_letter_and_delete(amqp_url))
    failed = run("replay", "--reason", "rejected")
    assert failed.exit_code == 1
    assert "1 stay parked: /agency.dpupr: no queue takes it there" in failed.stderr
    assert "rejected" in ids()


async def _dead_letter_and_delete(amqp_url: str) -> None:
    async with client(amqp_url) as someone:
        await someone.publish("complaints.events", "routed.dpupr.web")
        await someone.reject("agency.dpupr")
        await someone.holds("parked", 4)
        await someone.channel.queue_delete("agency.dpupr")


def test_discard_needs_a_reason_and_a_whole_id() -> None:
    known = ids()
    assert run("discard", known["batch"]).exit_code == 2
    assert run("discard", known["batch"], "--reason", "  ").exit_code == 2
    assert run("discard", known["batch"][:8], "--reason", "spam").exit_code == 1
    discarded = run("discard", known["batch"], "--reason", "spam", "--by", "sari")
    assert (discarded.exit_code, discarded.stdout) == (0, "1 discarded\n")
    assert set(ids()) == {"no-text", "not-utf8"}


def test_an_id_that_is_not_there_is_said() -> None:
    for command in (
        ["show", "none\x1b"],
        ["replay", "none\x1b"],
        ["discard", "none\x1b", "--reason", "r"],
    ):
        answer = run(*command)
        assert answer.exit_code == 1
        assert "no parked message has the id none\\x1b" in answer.stderr
