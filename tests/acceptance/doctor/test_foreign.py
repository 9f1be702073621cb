"""`pintu doctor` where RabbitMQ and PostgreSQL are servers of their own: nothing on an installation
that is well, and each fault that is planted on the real parts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.node import Node
from broker.node.tcp_ports import choose_ports
from consumers.runtime.agreed_clock import AgreedClock
from consumers.runtime.clock import boot_id, boot_seconds
from tests.acceptance.doctor import amqp_faults, store_faults
from tests.acceptance.doctor.amqp_faults import door
from tests.acceptance.doctor.examining import examined, finds, found, nothing_is_found
from tests.acceptance.doctor.foreign import PASSWORD, Foreign, foreign
from tests.acceptance.doctor.planting import FAULTS
from tests.acceptance.program import pintu
from tests.support.eventually import eventually
from tests.support.postgres import NoPostgresError
from tests.support.rabbitmqctl import memory_alarm, rabbitmqctl

pytestmark = [pytest.mark.postgres]
PLANTED = (amqp_faults, store_faults)
"""Modules that put faults among them."""


@pytest.fixture(scope="module")
def place(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    try:
        with foreign(rabbitmq, tmp_path_factory.mktemp("foreign")) as made:
            yield made
    except NoPostgresError as error:
        pytest.skip(str(error))


class Ahead:
    """A machine whose clock is an hour ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)


def test_nothing_is_found_where_all_is_well_and_every_check_looks(place: Foreign) -> None:
    record = nothing_is_found(place.settings)
    assert record["not_seen"] == []
    fine = {entry["check"] for entry in record["fine"]}
    assert {"user-permissions", "topology", "watermark", "process-rules", "backup"} <= fine


def test_nothing_is_found_through_tls(place: Foreign) -> None:
    with door(place, place.authority.issue("well")) as changes:
        record = nothing_is_found({**place.settings, **changes})
    assert record["not_seen"] == []
    assert "amqp-certificate" in {entry["check"] for entry in record["fine"]}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(place: Foreign, tmp_path: Path, name: str) -> None:
    with FAULTS[name](place, tmp_path) as fault:
        by_check = finds(fault, place.settings)
    for finding in (one for all_of_them in by_check.values() for one in all_of_them):
        assert PASSWORD not in f"{finding}"
        assert finding.mends
    if "topology" in fault.also:
        said = " ".join(finding.what for finding in by_check["topology"])
        assert "message-ttl" in said and "max-length" in said


def test_a_clock_that_is_ahead_is_found(place: Foreign) -> None:
    clock = AgreedClock(Ahead(), boot_seconds, boot_id())
    assert found(place.settings, clock).keys() == {"clock"}


@pytest.mark.slow
def test_a_memory_alarm_is_found_and_the_processes_that_are_not_ready_for_it(
    place: Foreign,
) -> None:
    with memory_alarm(place.node):
        seen = {"alarm", "publishing", "process-ready"}
        eventually(lambda: found(place.settings).keys() >= seen, saying="all three are found")
    eventually(place.program.started, saying="the program is ready again")
    eventually(lambda: found(place.settings) == {}, saying="RabbitMQ has forgotten it")


@pytest.mark.slow
def test_a_disk_that_comes_near_its_limit_is_found(place: Foreign) -> None:
    (node,) = place.management.call("GET", "/nodes")
    rabbitmqctl(place.node, "set_disk_free_limit", str(int(node["disk_free"] * 0.7)))
    try:
        eventually(
            lambda: found(place.settings).keys() == {"broker-disk"}, saying="the disk is found"
        )
    finally:
        rabbitmqctl(place.node, "set_disk_free_limit", "50MB")
    eventually(lambda: found(place.settings) == {}, saying="RabbitMQ has forgotten it")


def test_rules_that_a_process_refused_are_found(place: Foreign) -> None:
    file = Path(place.settings["CONFIG_DIR"]) / "rules.toml"
    good = file.read_text()
    file.write_text("version = 7\n")
    try:
        wanted = {"rules", "process-refused"}
        eventually(lambda: found(place.settings).keys() == wanted, saying="both are found")
    finally:
        file.write_text(good)
    eventually(lambda: found(place.settings) == {}, saying="the rules are good again")


def test_what_a_user_without_rights_cannot_see_is_said_and_is_no_finding(place: Foreign) -> None:
    """As long as no administrator is named: permissions, and feature flags before 4.0."""
    port = place.node.ports.management
    settings = {**place.settings, "MANAGEMENT_URL": f"http://127.0.0.1:{port}"}
    by_reason = nothing_is_found(settings)["not_seen"]
    codes = {code for entry in by_reason for code in entry["checks"]}
    assert "user-permissions" in codes
    assert codes <= {"user-permissions", "feature-flags"}
    assert all("administrator" in entry["why"] for entry in by_reason)


def test_with_everything_away_it_says_what_it_could_not_see(place: Foreign) -> None:
    nobody = f"127.0.0.1:{choose_ports().amqp}"
    settings = {
        **place.settings,
        "AMQP_URL": f"amqp://u:{PASSWORD}@{nobody}/",
        "MANAGEMENT_URL": f"http://u:{PASSWORD}@{nobody}",
        "DATABASE_URL": f"postgresql://u:{PASSWORD}@{nobody}/pintu",
        "HTTP": nobody,
        "AMQP_ULR": "misspelt",
    }
    done = pintu("doctor", "--verbose", settings=settings)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 1
    assert "broken: variable-unknown: PINTU_AMQP_ULR" in said
    assert "broken: amqp-host" in said and "broken: store-away: store cases" in said
    assert "not seen (no host of RabbitMQ let this user in): " in said
    assert "not seen (no process of the program answers on this machine" in said
    assert "Traceback" not in said and PASSWORD not in said


def test_with_a_url_that_is_none_the_rest_is_looked_at(place: Foreign) -> None:
    one = {check.check.code: check for check in examined({**place.settings, "AMQP_URL": "x"})}
    assert one["variable-unusable"].findings
    assert one["topology"].not_seen == "PINTU_AMQP_URL cannot be used"
    assert "node" not in one
    assert one["migration-ahead"].fine and not one["migration-ahead"].findings
