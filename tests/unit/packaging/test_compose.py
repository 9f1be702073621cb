"""The compose files are valid by the Compose specification, and every container is confined."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from config.settings import load_settings
from tests.unit.packaging.compose import (
    CLUSTER,
    ONE,
    ROOT,
    Compose,
    mounted_secrets,
    read,
    variables,
)

OURS: Final = ("router", "cases", "escalations", "gateway", "webhooks", "mail", "learner")
FILES: Final = {"one node": (ONE,), "three nodes": (ONE, CLUSTER)}
SERVICES: Final = [
    pytest.param(read(*files), name, id=f"{kind}: {name}")
    for kind, files in FILES.items()
    for name in read(*files)["services"]
]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what `deploy/secrets.sh` made."""
    folder = tmp_path_factory.mktemp("made") / "secrets"
    made(folder)
    return folder


def made(folder: Path) -> str:
    done = subprocess.run(
        [str(ROOT / "deploy" / "secrets.sh"), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("file", [ONE, CLUSTER], ids=lambda file: str(file.name))
def test_it_is_valid_by_the_specifications_schema(file: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(file)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("compose", "name"), SERVICES)
def test_a_container_can_do_no_more_than_it_has_to(compose: Compose, name: str) -> None:
    service = compose["services"][name]
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & service.keys()
    assert any(place.split(":")[0] == "/tmp" for place in service["tmpfs"])
    for volume in service.get("volumes", []):
        source, _, mode = volume.partition(":")
        assert source in compose["volumes"] or mode.endswith(":ro"), volume
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize(("compose", "name"), SERVICES)
def test_a_container_cannot_take_the_machine_from_the_others(compose: Compose, name: str) -> None:
    service = compose["services"][name]
    limits = service["deploy"]["resources"]["limits"]
    assert limits.keys() == {"cpus", "memory", "pids"}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["restart"] == "unless-stopped"
    assert all("size=" in place for place in service["tmpfs"])


@pytest.mark.parametrize(("compose", "name"), SERVICES)
def test_a_container_says_whether_it_is_well(compose: Compose, name: str) -> None:
    check = compose["services"][name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert check.keys() >= {"interval", "timeout", "retries", "start_period"}
    for needed, how in compose["services"][name].get("depends_on", {}).items():
        assert how["condition"] == "service_healthy"
        assert "healthcheck" in compose["services"][needed]


@pytest.mark.parametrize(("compose", "name"), SERVICES)
def test_no_password_stands_in_an_environment(compose: Compose, name: str) -> None:
    service = compose["services"][name]
    for variable, value in variables(service).items():
        assert not re.search(r"://[^/]*:[^/]*@", value), variable
        assert "$" not in value, "from an environment, which `docker inspect` shows"
        if re.search("PASS|SECRET|TOKEN|KEY|COOKIE|AMQP_URL|DATABASE_URL", variable):
            assert variable.endswith("_FILE") and value.startswith("/run/secrets/"), variable
            assert value.removeprefix("/run/secrets/") in mounted_secrets(service)
    assert set(mounted_secrets(service)) <= compose["secrets"].keys()


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_every_secret_is_made_by_the_script_and_used(files: Any, secrets: Path) -> None:
    compose = read(*files)
    used = {name for s in compose["services"].values() for name in mounted_secrets(s)}
    assert used == compose["secrets"].keys()
    for secret in compose["secrets"].values():
        folder, _, name = secret["file"].rpartition("/")
        assert folder == "deploy/secrets"
        assert (secrets / name).read_text().strip()


def test_secrets_are_made_once_and_nobody_else_gets_at_them(secrets: Path) -> None:
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    assert made(secrets) == ""
    assert {file.name: file.read_text() for file in secrets.iterdir()} == before
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    words = [text.strip() for name, text in before.items() if name.endswith("_password")]
    assert len({*words, before["erlang_cookie"].strip()}) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", word) for word in words)
    ignored = subprocess.run(
        ["git", "check-ignore", "deploy/secrets/amqp_url"], cwd=ROOT, check=False
    )
    assert ignored.returncode == 0
    assert "deploy" in (ROOT / ".dockerignore").read_text().split()


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_our_services_get_settings_that_are_ours_and_usable(files: Any, secrets: Path) -> None:
    compose = read(*files)
    ours = {name: s for name, s in compose["services"].items() if s.get("image") == "pintu"}
    assert {name: service["command"] for name, service in ours.items()} == {
        name: ["run", name] for name in OURS
    }
    for service in ours.values():
        given = variables(service)
        for name in mounted_secrets(service):
            made = secrets / Path(compose["secrets"][name]["file"]).name
            given = {k: v.replace(f"/run/secrets/{name}", str(made)) for k, v in given.items()}
        settings = load_settings(given)
        assert settings.amqp_url is not None
        nodes = settings.amqp_url.get_secret_value().partition("@")[2]
        known = [name for name in compose["services"] if name.startswith("rabbitmq")]
        assert nodes == ",".join(f"{name}:5672" for name in known) + "/"
        assert settings.database_url is not None
        assert "@postgres:5432/" in settings.database_url.get_secret_value()


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_every_file_that_is_mounted_is_there(files: Any) -> None:
    for name, service in read(*files)["services"].items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), (name, volume)


def test_the_nodes_of_the_cluster_are_one_like_the_other_and_know_each_other() -> None:
    services = read(ONE, CLUSTER)["services"]
    nodes = [name for name in services if name.startswith("rabbitmq")]
    peers = (ROOT / "deploy" / "rabbitmq" / "peers.conf").read_text()
    assert re.findall(r"= rabbit@(\S+)", peers) == nodes
    for name in nodes:
        assert services[name]["hostname"] == name
    alike = ("image", "entrypoint", "networks", "deploy", "secrets", "tmpfs", "healthcheck")
    for part in alike:
        first, *others = (sorted(map(str, services[n][part])) for n in nodes)
        assert all(other == first for other in others), part
    files = [
        {v.partition(":")[2] for v in services[name]["volumes"] if v.startswith("./")}
        for name in nodes
    ]
    assert files[0] == files[1] == files[2]


def test_the_image_takes_every_package_that_the_wheel_has() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for package in ("schemas", "broker", "config", "consumers", "gateway", "pintu"):
        assert f"COPY {package} {package}" in dockerfile
    assert "PYTHONSAFEPATH=1" in dockerfile


def test_the_image_runs_as_the_user_that_compose_names() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    services = read(ONE)["services"]
    for name in OURS:
        assert f"USER {services[name]['user']}\n" in dockerfile
        uid, _, gid = services[name]["user"].partition(":")
        assert f"--uid {uid} " in dockerfile and f"--gid {gid} " in dockerfile
        assert any(f"/var/lib/pintu:size=64m,uid={uid}," in t for t in services[name]["tmpfs"])
