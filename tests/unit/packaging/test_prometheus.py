"""What Prometheus reads: valid by its own tool, and it looks at everything that runs."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from tests.unit.packaging.compose import ONE, ROOT, read

PROMETHEUS: Final = ROOT / "deploy" / "prometheus"


def promtool() -> str:
    """Where it is; without it the test is skipped, and fails with `CI` set."""
    if found := shutil.which("promtool"):
        return found
    reason = "promtool is not installed: sudo apt-get install prometheus"
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        pytest.skip(reason)
    pytest.fail(reason)


def configurations() -> list[Path]:
    """Those for Prometheus itself, not the rules."""
    return [
        file for file in sorted(PROMETHEUS.glob("*.yml")) if "scrape_configs" in file.read_text()
    ]


@pytest.mark.parametrize("file", configurations(), ids=lambda file: str(file.name))
def test_a_configuration_is_valid_by_promtool(file: Path) -> None:
    done = subprocess.run(
        [promtool(), "check", "config", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_of_ours_is_looked_at() -> None:
    services = read(ONE)["services"]
    ours = {f"{name}:9464" for name, service in services.items() if service["image"] == "pintu"}
    jobs = YAML(typ="safe").load(PROMETHEUS / "compose.yml")["scrape_configs"]
    pintu = next(job for job in jobs if job["job_name"] == "pintu")
    assert {target for one in pintu["static_configs"] for target in one["targets"]} == ours
    [rabbitmq] = [job for job in jobs if job["job_name"] == "rabbitmq"]
    [name] = rabbitmq["dns_sd_configs"][0]["names"]
    assert name in services["rabbitmq"]["networks"]["watch"]["aliases"]
