"""A person is forgotten while the program runs: no byte of hers is left in the state folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from broker.node import Node
from tests.acceptance.cases.case_town import Town, a_town
from tests.acceptance.cases.desk import Desk, opened
from tests.acceptance.program import TOWN
from tests.support.nodes import Management, in_vhost

MARK: Final = "Maryamah-7731"
WHY: Final = ("--reason", "permintaan pelapor")


@pytest.fixture
def town(rabbitmq: Node, tmp_path: Path) -> Iterator[Town]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    with a_town(in_vhost(rabbitmq.url, vhost), tmp_path) as town:
        yield town
    management.delete_vhost(vhost)


def files_with(mark: str, folder: Path) -> list[str]:
    """Logs of the program, files of the store, their logs: whatever lies there."""
    there = [file for file in folder.rglob("*") if file.is_file()]
    assert {"cases.sqlite3", "journal.sqlite3"} <= {file.name for file in there}
    return [file.name for file in there if mark.encode() in file.read_bytes()]


def test_nothing_of_her_is_left_in_store_write_ahead_log_and_logs(
    town: Town, tmp_path: Path
) -> None:
    settings = {"AMQP_URL": town.outside.url, "STATE_DIR": str(tmp_path), "CONFIG_DIR": str(TOWN)}
    desk = Desk(settings)
    _, code = opened(town, f"jalan rusak di depan rumah {MARK}", "dpupr")
    _, other = opened(town, "jalan rusak di pasar", "dpupr")
    assert files_with(MARK, tmp_path)
    desk.prints("triage", "dismiss", code, f"Ibu {MARK} sudah ditelepon.")
    assert MARK in desk.prints("case", "show", code)

    told = json.loads(desk.prints("case", "forget", code, *WHY, "--json"))

    assert files_with(MARK, tmp_path) == []
    shown = desk.prints("case", "show", code)
    assert MARK not in shown
    assert "permintaan pelapor" in shown
    copies = {one["where"]: one["messages"] for one in told["copies"]}
    assert copies["agency.dpupr"] == town.outside.depth("agency.dpupr")
    assert "audit" in copies
    assert desk.case(other)["complaint"]["text"] == "jalan rusak di pasar"
