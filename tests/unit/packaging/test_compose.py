"""docker-compose.yml is valid by the Compose specification, and says what it should."""

import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from config.settings import load_settings

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"


def test_it_is_valid_by_the_specifications_schema() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(COMPOSE)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_that_a_service_gets_is_one_of_ours() -> None:
    services = YAML(typ="safe").load(COMPOSE)["services"]
    ours = [s for s in services.values() if s.get("image") == "pintu"]
    assert [service["command"] for service in ours] == [
        ["run", "router"],
        ["run", "cases"],
        ["run", "escalations"],
    ]
    for service in ours:
        load_settings(service["environment"])


def test_services_wait_until_what_they_need_is_healthy() -> None:
    services = YAML(typ="safe").load(COMPOSE)["services"]
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in services[needed]


def test_the_image_takes_every_package_that_the_wheel_has() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for package in ("schemas", "broker", "config", "consumers", "gateway", "pintu"):
        assert f"COPY {package} {package}" in dockerfile
    assert "PYTHONSAFEPATH=1" in dockerfile
