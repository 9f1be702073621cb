"""The desk, the counter and the reference agency, through the command line."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.amqp.node import Node
from tests.acceptance.case_town import Town, a_town
from tests.acceptance.outside import Message
from tests.acceptance.program import PINTU, TOWN, environment
from tests.support.eventually import eventually
from tests.support.nodes import Management, in_vhost

Desk = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def town(rabbitmq: Node, state_folder: Path) -> Iterator[Town]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    with a_town(in_vhost(rabbitmq.url, vhost), state_folder) as town:
        yield town
    management.delete_vhost(vhost)


@pytest.fixture(scope="module")
def settings(town: Town, state_folder: Path) -> dict[str, str]:
    return {
        "AMQP_URL": town.outside.url,
        "STATE_DIR": str(state_folder),
        "CONFIG_DIR": str(TOWN),
    }


@contextmanager
def an_agency(settings: dict[str, str], *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`pintu agency …`, told to leave at the end, which it does well."""
    process = subprocess.Popen(
        [PINTU, "agency", *words],
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
        process.terminate()
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors, errors.decode()
    finally:
        process.kill()
        process.wait()


def reporter_hears(town: Town, complaint: str, key: str) -> Message:
    """Reads the channel's queue alone: what is in the agency's is the agency's."""

    def found() -> Message | None:
        town.outside.drain("channel.sms")
        said = [m for m in town.outside.seen if m.queue == "channel.sms" and m.key == key]
        return next((m for m in said if m.data["complaint_id"] == complaint), None)

    return eventually(found, 20.0, f"{key} of {complaint}")


def test_an_agency_that_answers_is_heard_by_the_reporter(
    town: Town, settings: dict[str, str]
) -> None:
    words = ("--answers", "1", "--returns", "0", "--silent", "0", "--speed", "20")
    complaint = town.submits("jalan rusak parah", "sms")
    with an_agency(settings, "dpupr", "--simulate", *words):
        for verb in ("acknowledged", "responded", "resolved"):
            told = reporter_hears(town, complaint, f"{verb}.dpupr.sms")
            assert told.data["by"] == "agency.dpupr"
            assert told.data["note"]


def test_an_agency_that_returns_does_not_answer(town: Town, settings: dict[str, str]) -> None:
    words = ("--answers", "0", "--returns", "1", "--silent", "0", "--speed", "20")
    complaint = town.submits("lampu jalan mati", "sms")
    with an_agency(settings, "dishub", "--simulate", *words):
        moved = reporter_hears(town, complaint, "moved.dishub.sms")
    assert moved.data["reason"]
    assert not [m for m in town.about(complaint) if m.key.startswith("responded.")]
