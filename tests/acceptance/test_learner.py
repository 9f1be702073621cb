"""`pintu run learner`: what it learns is in force in a running router, and one command takes it
back; killed at any moment it leaves the configuration whole."""

import asyncio
import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from broker.store.cases import open_case_store
from config.loading import load_rules
from tests.acceptance.program import PINTU, TOWN, Program, Router, environment, pintu
from tests.support.eventually import eventually
from tests.support.histories import a_history, write_history

LEARNS_WITHIN = 300.0
"""Seconds, as of patience: a busy machine takes a while."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the town's configuration, which has phrases and has never learned."""
    folder = Path(shutil.copytree(TOWN, tmp_path / "config"))
    # The history says so of an agency that the folder has.
    (folder / "names.toml").write_text('[alias]\n"Dinas Pekerjaan Umum" = "dpupr"\n', "utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Iterator[dict[str, str]]:
    """A store, and three months of complaints from before."""
    base = write_history(tmp_path / "base.csv", a_history(300, noise=0.02))
    state = tmp_path / "state"
    state.mkdir()

    async def made() -> None:
        store = await open_case_store(f"sqlite:///{state}/cases.sqlite3")
        await store.close()

    asyncio.run(made())
    yield {
        "STATE_DIR": str(state),
        "CONFIG_DIR": str(folder),
        "LEARN_BASE": str(base),
        "LEARN_HISTORY": str(tmp_path / "history.csv"),
    }


def version(folder: Path) -> str:
    return load_rules(folder).version


def test_what_is_learned_is_in_force_in_a_running_router_and_can_be_taken_back(
    amqp_url: str, tmp_path: Path, folder: Path, settings: dict[str, str]
) -> None:
    before = version(folder)
    more = {name: value for name, value in settings.items() if name != "STATE_DIR"}
    router = Router(amqp_url, tmp_path / "router", CONFIG_DIR=str(folder))
    learner = Program("learner", "amqp://nobody@127.0.0.1:1/", tmp_path / "state", **more)

    eventually(
        lambda: learner.metric("pintu_learnings_total", outcome="installed") == 1,
        within=LEARNS_WITHIN,
        saying="it has learned what it missed",
    )
    learned = version(folder)
    assert learned != before
    assert learner.metric("pintu_learning_last_timestamp_seconds") > 0
    assert learner.metric("pintu_learning_last_outcome", outcome="installed") == 1
    assert learner.metric("pintu_learning_share", figure="right", rules="candidate") > 0.8
    assert (tmp_path / "history.csv").exists()
    eventually(
        lambda: router.metric("pintu_rules_info", table=learned) == 1,
        saying="the router decides by what was learned",
    )

    taken = pintu("rules", "back", "--config", str(folder), settings=settings)
    assert taken.returncode == 0, taken.stderr
    eventually(
        lambda: router.metric("pintu_rules_info", table=before) == 1,
        saying="the router decides as before",
    )
    assert version(folder) == before
    learner.stop()
    router.stop()


def test_killed_while_it_puts_a_model_in_force_it_leaves_the_configuration_whole(
    folder: Path, settings: dict[str, str]
) -> None:
    before = version(folder)
    command = [PINTU, "rules", "learn", "--from-store", "--config", str(folder)]

    def killed_once(there: Path) -> None:
        process = subprocess.Popen(
            command,
            env=environment(**settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(
            lambda: there.exists() or process.poll() is not None,
            within=LEARNS_WITHIN,
            saying=f"it works in {there.name}",
        )
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait()

    killed_once(folder / ".learnings" / ".work" / "trial")
    assert version(folder) == before
    killed_once(folder / ".learning")
    # Whichever it is, it is whole: it loads, and a model that is there is all of it.
    assert (version(folder) == before) == (not (folder / "learned").exists())

    done = pintu(*command[1:], "--json", settings=settings, within=LEARNS_WITHIN)
    assert done.returncode == 0, done.stderr
    found = json.loads(
        pintu("rules", "learnings", "--config", str(folder), "--json", settings=settings).stdout
    )
    assert found["in_force"]
    assert version(folder) != before
    assert not (folder / ".learning").exists()
    assert not (folder / ".learnings" / ".work").exists()


def test_a_learner_without_a_folder_of_its_own_says_what_to_do(tmp_path: Path) -> None:
    done = pintu("run", "learner", settings={"STATE_DIR": str(tmp_path), "HTTP": "off"})
    assert done.returncode == 78
    assert b"PINTU_CONFIG_DIR: the shipped configuration cannot learn" in done.stderr
