"""Whatever an image or an environment is built from is named with its hash."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
BOOTSTRAP = (ROOT / "scripts" / "bootstrap.sh").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PEERS = "bench/peers/requirements.lock"
RUN = "requirements-run.lock"
LOCKS = ("requirements.lock", RUN, "requirements-build.lock", "requirements-uv.lock", PEERS)
DIGEST = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")


def commands(script: str) -> Iterator[str]:
    """The lines of a shell script, a Dockerfile or a Makefile, without comments."""
    for line in script.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def locked(name: str) -> dict[str, tuple[str, list[str]]]:
    """Of each package that a lock file names: its version, and its hashes. One that is named
    twice, for different Pythons, by the last."""
    found: dict[str, tuple[str, list[str]]] = {}
    for line in commands((ROOT / name).read_text()):
        requirement, *hashes = re.split(r"\s+--hash=sha256:", line)
        package, version = requirement.split(";")[0].strip().split("==")
        found[package] = (version, [one.strip() for one in hashes])
    return found


def test_every_base_of_the_image_has_a_digest() -> None:
    bases = [line.split()[1] for line in commands(DOCKERFILE) if line.startswith("FROM ")]
    assert len(bases) == 2
    assert all(DIGEST.fullmatch(base) for base in bases), bases
    assert len(set(bases)) == 1, "what is built on one Python runs on another"


def test_every_image_that_is_not_built_here_has_a_digest() -> None:
    foreign: dict[str, set[str]] = {}
    for name in ("docker-compose.yml", "docker-compose.cluster.yml"):
        for service in YAML(typ="safe").load(ROOT / name)["services"].values():
            if "image" in service and "build" not in service:
                image = service["image"]
                assert DIGEST.fullmatch(image), image
                foreign.setdefault(image.split(":")[0], set()).add(image)
    assert foreign.keys() == {
        *("rabbitmq", "postgres", "prom/prometheus", "grafana/grafana-oss"),
    }
    assert all(len(images) == 1 for images in foreign.values()), "nodes of two versions"


@pytest.mark.parametrize("script", [DOCKERFILE, BOOTSTRAP, MAKEFILE])
def test_pip_installs_by_hash_or_this_project_itself_with_tools_that_are_there(
    script: str,
) -> None:
    for line in commands(script):
        if re.search(r"pip\b.*\binstall\b|^pip_install ", line) and '"$@"' not in line:
            own = re.search(r"--no-deps --no-build-isolation (--editable )?\.$", line)
            assert own or "--require-hashes" in line, line


def test_the_first_thing_that_is_installed_is_pip_and_what_builds_this_project() -> None:
    for script, install, then in (
        (DOCKERFILE, "--require-hashes -r ", RUN),
        (BOOTSTRAP, "locked ", "requirements.lock"),
    ):
        names = re.findall(rf"{install}(requirements\S*\.lock)", script)
        assert names[:2] == ["requirements-build.lock", then]


def test_what_runs_has_no_tool_of_development_and_the_versions_that_were_tested() -> None:
    runs, tested = locked(RUN), locked("requirements.lock")
    assert {name: tested[name] for name in runs} == runs
    assert not {"pytest", "mypy", "ruff", "pika", "hypothesis"} & runs.keys()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_has_a_hash_for_everything(name: str) -> None:
    for package, (_, hashes) in locked(name).items():
        assert hashes, package
        assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes), package


def test_the_lock_files_name_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    extras = project["project"]["optional-dependencies"]
    needed = project["project"]["dependencies"]
    asked = {
        "requirements.lock": [*needed, *extras["dev"], *extras["learn"], *extras["otel"]],
        RUN: [*needed, *extras["learn"], *extras["otel"]],
        "requirements-build.lock": [*groups["build"], *project["build-system"]["requires"]],
        "requirements-uv.lock": groups["lock"],
        PEERS: list(commands((ROOT / PEERS).with_suffix(".in").read_text())),
    }
    for name, wanted in asked.items():
        there = locked(name)
        for requirement in map(Requirement, wanted):
            assert requirement.specifier.contains(there[canonicalize_name(requirement.name)][0]), (
                requirement
            )


@pytest.mark.parametrize("other", ["requirements-build.lock", PEERS])
def test_what_two_lock_files_name_is_the_same_in_both(other: str) -> None:
    first, second = locked("requirements.lock"), locked(other)
    assert {n: first[n] for n in first.keys() & second.keys()} == {
        n: second[n] for n in first.keys() & second.keys()
    }
