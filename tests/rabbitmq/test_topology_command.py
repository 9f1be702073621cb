"""`pintu topology`, as an operator and a script see it."""

import asyncio
import json

import pytest
from typer.testing import CliRunner, Result
from yarl import URL

from config.loading import load_rules
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.topology import declared_topology
from pintu.cli import topology
from tests.support.nodes import Management
from tests.support.regions import SMALL_REGION


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(SMALL_REGION))


@pytest.fixture
def _broker(monkeypatch: pytest.MonkeyPatch, amqp_url: str, management_url: str) -> None:
    monkeypatch.setenv("PINTU_AMQP_URL", amqp_url)
    monkeypatch.setenv("PINTU_MANAGEMENT_URL", management_url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(topology.app, arguments)


@pytest.mark.usefixtures("_broker")
def test_verify_fails_until_apply_has_run_and_lists_what_is_missing() -> None:
    before = run("verify")
    assert before.exit_code == 1
    assert "missing: queue agency.dpupr: does not exist (pintu topology apply)" in before.stdout
    applied = run("apply")
    assert applied.exit_code == 0
    assert "27 queues (27 new)" in applied.stdout
    after = run("verify")
    assert (after.exit_code, after.stdout[:3]) == (0, "ok:")
    assert run("apply").exit_code == 0


@pytest.mark.usefixtures("_broker")
def test_what_the_running_program_declares_is_what_apply_declares_and_verify_wants(
    amqp_url: str, management_url: str
) -> None:
    """Also of agencies that are gone: what they had may still lie in their queues."""
    assert "\nqueue\tagency.dinas-lama\t" in run("show").stdout
    address = BrokerAddress(amqp_url, management_url, private=False)
    asyncio.run(declared_topology(address, load_rules(SMALL_REGION)))
    verified = run("verify")
    assert (verified.exit_code, verified.stdout[:3]) == (0, "ok:")
    assert "(0 new)" in run("apply").stdout


@pytest.mark.usefixtures("_broker")
def test_no_password_is_printed(amqp_url: str) -> None:
    password = URL(amqp_url).password
    assert password
    for command in ("verify", "apply", "verify"):
        result = run(command)
        assert password not in result.stdout + result.stderr


@pytest.mark.usefixtures("_broker")
def test_a_leftover_is_reported_by_apply_and_a_difference_for_verify(
    management_url: str, vhost: str
) -> None:
    run("apply")
    body = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    Management(management_url).call("PUT", f"/queues/{vhost}/agency.gone", body)
    applied, verified = run("apply"), run("verify", "--json")
    assert (applied.exit_code, verified.exit_code) == (0, 1)
    assert "agency.gone" in applied.stderr
    (difference,) = json.loads(verified.stdout)
    assert (difference["kind"], difference["what"]) == ("extra", "queue agency.gone")
    assert difference["serious"] is False


@pytest.mark.usefixtures("_broker")
def test_a_conflict_is_explained_and_apply_fails(management_url: str, vhost: str) -> None:
    body = {"durable": True, "arguments": {"x-queue-type": "classic"}}
    Management(management_url).call("PUT", f"/queues/{vhost}/agency.dpupr", body)
    applied = run("apply")
    assert applied.exit_code == 1
    assert "queue agency.dpupr" in applied.stderr
    assert "delete_queue agency.dpupr" in applied.stderr


def test_show_in_a_pipe_is_separated_by_tabs_and_asks_no_broker() -> None:
    lines = [line.split("\t") for line in run("show").stdout.splitlines()]
    assert {len(line) for line in lines} == {4}
    assert ["binding", "agency.dpupr", "complaints.events", "routed.dpupr.*"] in lines
    assert [line[1] for line in lines if line[0] == "exchange"] == [
        "complaints.parked",
        "complaints.intake",
        "complaints.updates",
        "complaints.events",
    ]


def test_show_says_what_is_declared_on_which_version() -> None:
    strategies = {}
    for version in ("3.10.8", "4.0"):
        shown = json.loads(run("show", "--json", "--broker", version).stdout)
        assert shown["broker_version"] == version
        queue = next(q for q in shown["queues"] if q["name"] == "router.intake")
        strategies[version] = queue["arguments"]["x-dead-letter-strategy"]
    assert strategies == {"3.10.8": "at-most-once", "4.0": "at-least-once"}
    for wrong in ("3.9", "four", ""):
        assert run("show", "--broker", wrong).exit_code == 2


def test_the_page_for_the_documents_names_every_object_once() -> None:
    page = run("show", "--markdown").stdout
    for row in (
        "| `agency.<code>` | work |",
        "`complaints.events` `routed.<code>.*`",
        "| `channel.<channel>` | copy |",
        "`complaints.events` `opened.*.<channel>`",
        "`x-dead-letter-strategy=at-least-once` (`at-most-once`)",
    ):
        assert row in page
    assert page.count("\n| `") == 4 + 8
    assert "`dpupr`" in page.split("## Agencies")[1]
