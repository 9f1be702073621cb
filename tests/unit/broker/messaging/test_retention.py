"""`[retention]` of rules.toml reaches the queues, the journal and the cases."""

import shutil
from datetime import timedelta
from pathlib import Path

from broker.messaging import names
from broker.messaging.topology import topology
from broker.retention import Retention
from config.loading import load_rules
from config.loading.rules import check_rules

TOWN = Path(__file__).parents[3] / "acceptance" / "town"


def folder_with(tmp_path: Path, retention: str) -> Path:
    folder = tmp_path / "town"
    shutil.copytree(TOWN, folder)
    with (folder / "rules.toml").open("a") as file:
        file.write(f"\n[retention]\n{retention}\n")
    return folder


def test_without_the_table_the_defaults_hold():
    assert load_rules(TOWN).retention == Retention()


def test_what_the_table_says_is_what_the_queues_get(tmp_path):
    kept = "copies_days = 7\naudit_days = 30\naudit_gigabytes = 1.5\njournal_days = 90"
    kept += "\nclosed_text_days = 30"
    rules = load_rules(folder_with(tmp_path, kept))

    wanted = topology(
        rules.agencies, rules.channels, broker_version=(4, 0), retention=rules.retention
    )

    queues = {queue.name: queue.arguments for queue in wanted.queues}
    assert queues[names.TRIAGE_QUEUE]["x-message-ttl"] == 7 * 24 * 3600 * 1000
    assert queues[names.AUDIT_STREAM]["x-max-age"] == f"{30 * 24 * 3600}s"
    assert queues[names.AUDIT_STREAM]["x-max-length-bytes"] == 1_500_000_000
    assert rules.retention.journal == timedelta(days=90)
    assert rules.retention.closed_cases == timedelta(days=400)
    assert rules.retention.closed_text == timedelta(days=30)
    assert Retention().closed_text == timedelta(days=90)


def test_a_retention_of_nothing_is_an_error_with_its_place(tmp_path):
    checked = check_rules(folder_with(tmp_path, "copies_days = 0\nclosed_case_days = 3"))

    told = [str(error) for error in checked.errors]
    assert any("rules.toml" in line and "copies_days" in line for line in told), told
    assert any("closed_case_days" in line for line in told), told
