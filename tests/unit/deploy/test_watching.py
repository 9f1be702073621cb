"""Rules, runbook and dashboards name what exists, and each other."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.dashboards.files import DASHBOARDS, FOLDER, texts
from scripts.documents.metrics import families, full_name
from tests.night.faults import ELSEWHERE, OTHERS, TEN
from tests.night.prometheus import DEPLOY, rules
from tests.night.runbook import PARTS, entries

HERE = Path(__file__).parent
METRICS = {full_name(metric) for _, _, found in families() for metric in found}
SERIES = METRICS | {name + end for name in METRICS for end in ("_bucket", "_count", "_sum")}
OF_THE_PROCESS = {"process_resident_memory_bytes", "process_cpu_seconds_total"}
RULES = rules()
ENTRIES = entries()
PANELS = [(one.name, panel) for one in DASHBOARDS for panel in one.panels]

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed here (apt: prometheus)"
)


def named(expression: str) -> set[str]:
    """The metrics that an expression names."""
    plain = re.sub(r'"[^"]*"', "", expression)
    return set(re.findall(r"\b(?:pintu|process)_[a-z_]+", plain))


@pytest.mark.parametrize("alert", RULES)
def test_a_rule_names_metrics_that_exist(alert: str) -> None:
    assert named(RULES[alert]["expr"]) - SERIES == set()


@pytest.mark.parametrize("alert", RULES)
def test_a_rule_says_in_a_sentence_what_is_wrong_how_urgent_it_is_and_where_to_read_on(
    alert: str,
) -> None:
    rule = RULES[alert]
    assert rule["annotations"]["summary"].endswith((".", "?"))
    assert rule["annotations"]["runbook_url"] == f"docs/how-to/runbook.md#{alert.lower()}"
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert "for" in rule


def test_every_alert_has_its_entry_in_the_runbook_and_every_entry_its_alert() -> None:
    assert set(ENTRIES) == set(RULES)


@pytest.mark.parametrize("alert", ENTRIES)
def test_an_entry_says_what_it_means_who_is_affected_how_to_see_and_what_to_do(alert: str) -> None:
    entry = ENTRIES[alert]
    assert tuple(entry.parts) == PARTS
    assert all(text.strip() for text in entry.parts.values())
    assert entry.commands("See.")


def test_every_alert_has_a_fault_that_a_test_makes_on_real_parts() -> None:
    made = [fault.alert for fault in (*TEN, *OTHERS)]
    assert len(TEN) == 10
    assert {*made, *ELSEWHERE} == set(RULES)
    assert len(set(made)) == len(made)


@needs_promtool
def test_promtool_finds_the_rules_good() -> None:
    for words in (
        ("check", "rules", "alerts.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", str(HERE / "alerts_test.yml")),
    ):
        done = subprocess.run(
            ["promtool", *words], cwd=DEPLOY, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def test_every_rule_is_among_those_that_promtool_tries() -> None:
    tried = set(re.findall(r'alertname="(\w+)"', (HERE / "alerts_test.yml").read_text()))
    assert tried == set(RULES)


@pytest.mark.parametrize(("dashboard", "panel"), PANELS, ids=lambda one: getattr(one, "title", one))
def test_a_panel_names_metrics_that_exist(dashboard: str, panel: Any) -> None:
    assert panel.asks
    for expression, _ in panel.asks:
        assert named(expression) or "ALERTS" in expression
        assert named(expression) - SERIES - OF_THE_PROCESS == set()
    assert "pintu_" not in panel.title


def test_every_metric_is_in_a_rule_or_on_a_dashboard() -> None:
    shown = {
        name for _, panel in PANELS for expression, _ in panel.asks for name in named(expression)
    }
    shown |= {name for rule in RULES.values() for name in named(rule["expr"])}
    unseen = {name for name in METRICS if not {name, f"{name}_bucket", f"{name}_sum"} & shown}
    assert unseen == {"pintu_rules_info"}  # pintu_build_info says the same


def test_the_dashboards_are_the_generated_ones() -> None:
    there = {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.json")}
    assert there == texts(), "run: make docs"


def test_dashboards_are_told_apart_and_their_panels_do_not_overlap() -> None:
    made = [json.loads(text) for text in texts().values()]
    assert len({one["uid"] for one in made}) == len(made)
    for one in made:
        places = [panel["gridPos"] for panel in one["panels"]]
        taken = {(p["x"] + x, p["y"]) for p in places for x in range(p["w"])}
        assert len(taken) == sum(p["w"] for p in places)
        assert all(p["x"] + p["w"] <= 24 for p in places)


@needs_promtool
def test_every_expression_of_a_panel_is_one(tmp_path: Path) -> None:
    rules_of_panels = [
        {"record": f"panel:p{number}", "expr": expression}
        for number, expression in enumerate(e for _, panel in PANELS for e, _ in panel.asks)
    ]
    (tmp_path / "panels.yml").write_text(
        json.dumps({"groups": [{"name": "panels", "rules": rules_of_panels}]})
    )
    done = subprocess.run(
        ["promtool", "check", "rules", "panels.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
