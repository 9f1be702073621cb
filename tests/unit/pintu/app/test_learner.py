"""The learner looks what is due, has it done by another process, and tells what came of it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from broker.errors import BadConfiguration, NotInstalled
from config.settings import Settings
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.service import Service
from pintu.app import learner
from pintu.app.learner import Learner
from pintu.rules.renewing.kept import Learnings
from pintu.rules.renewing.records import Figures, Record
from tests.unit.broker.domain.case.story import CLOCKS, RULES

NOW = datetime(2026, 5, 9, 3, tzinfo=UTC)
Says = Callable[[tuple[str, ...]], tuple[int, str]]


class SetClock:
    """It is as late as the test says."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Trial(Learner):
    """What it would start is a function here."""

    def __init__(self, folder: Path, says: Says, **settings: object) -> None:
        self.service = Service("learner", Settings(http="off", **settings))  # type: ignore[arg-type]
        self.clock = SetClock(NOW)
        self.started: list[tuple[str, ...]] = []
        self._says = says
        super().__init__(self.service, folder, LiveConfig(RULES, CLOCKS), self.clock)

    async def _program(self, *arguments: str) -> tuple[int, str]:
        self.started.append(arguments[:2])
        return self._says(arguments)

    async def step(self) -> list[tuple[str, ...]]:
        """What one look starts."""
        self.started = []
        await self._step()
        return self.started

    def shown(self, name: str, **labels: str) -> float | None:
        return self.service.registry.get_sample_value(name, labels)


def learns(folder: Path, **fields: object) -> Says:
    """A process that ends well, and writes its line."""

    def run(arguments: tuple[str, ...]) -> tuple[int, str]:
        if arguments[1] == "learn":
            line = {"at": NOW, "what": "installed", "reason": "better", "id": "a", **fields}
            Learnings(folder).log(Record.model_validate(line))
        return os.EX_OK, ""

    return run


async def test_it_learns_once_a_month(tmp_path: Path) -> None:
    figures = Figures(routed=80, routed_right=76, first_right=85)
    it = Trial(tmp_path, learns(tmp_path, new=figures, rows=900, newest=100))
    assert await it.step() == [("rules", "learn")]
    assert await it.step() == []
    it.clock.moment = NOW + timedelta(days=22)
    assert await it.step() == []
    assert it.shown("pintu_learning_age_seconds") == 22 * 86400
    it.clock.moment = NOW + timedelta(days=24)
    assert await it.step() == [("rules", "learn")]
    assert it.shown("pintu_learnings_total", outcome="installed") == 2
    assert it.shown("pintu_learning_last_timestamp_seconds") == NOW.timestamp()
    assert it.shown("pintu_learning_share", rules="candidate", figure="precision") == 0.95
    assert it.shown("pintu_learning_rows", part="newest") == 100


async def test_another_process_remembers_what_this_one_did(tmp_path: Path) -> None:
    await Trial(tmp_path, learns(tmp_path)).step()
    again = Trial(tmp_path, learns(tmp_path))
    assert await again.step() == []


async def test_what_failed_is_told_and_tried_again_after_an_hour(tmp_path: Path) -> None:
    it = Trial(tmp_path, lambda _: (os.EX_CONFIG, "the folder is read-only"))
    with capture_logs() as logs:
        await it.step()
    assert [(one["event"], one.get("error")) for one in logs][-1] == (
        "learner.failed",
        "the folder is read-only",
    )
    assert it.shown("pintu_learning_last_outcome", outcome="failed") == 1
    assert await it.step() == []
    it.clock.moment = NOW + timedelta(hours=1)
    assert await it.step() == [("rules", "learn")]


async def test_while_another_one_learns_it_is_no_failure(tmp_path: Path) -> None:
    it = Trial(tmp_path, lambda _: (os.EX_TEMPFAIL, "another one works on it"))
    await it.step()
    assert it.shown("pintu_learnings_total", outcome="failed") == 0
    assert await it.step() == [("rules", "learn")]


async def test_doubtful_labels_are_told_until_somebody_confirms_them(tmp_path: Path) -> None:
    it = Trial(tmp_path, learns(tmp_path, what="kept", reason="labels"))
    with capture_logs() as logs:
        await it.step()
    assert "learner.labels_doubted" in [one["event"] for one in logs]
    assert it.shown("pintu_learning_labels_doubted") == 1
    Learnings(tmp_path).log(Record(at=NOW, what="back", id="a"))
    await it.step()
    assert it.shown("pintu_learning_labels_doubted") == 0


async def test_the_history_grows_every_night(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    it = Trial(tmp_path / "town", learns(tmp_path / "town"), learn_history=file)
    assert await it.step() == [("rules", "history"), ("rules", "learn")]
    assert await it.step() == []
    it.clock.moment = NOW + timedelta(days=1)
    assert await it.step() == [("rules", "history")]
    assert await it.step() == []


def test_without_a_folder_or_the_extra_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadConfiguration, match="PINTU_CONFIG_DIR"):
        learner._folder(Service("learner", Settings(http="off")))
    monkeypatch.setattr(learner, "find_spec", lambda _: None)
    with pytest.raises(NotInstalled, match=r"pip install 'pintu\[learn\]'"):
        learner._folder(Service("learner", Settings(http="off", config_dir=tmp_path)))


async def test_in_run_all_a_learner_that_cannot_learn_leaves_the_others_alone() -> None:
    """It has no folder; and it says nothing of the topology, which others verify."""
    service = Service("all", Settings(http="off", learn_in_all=True))
    view = service.split(["router", "learner"])["learner"]
    with capture_logs() as logs:
        await learner.serve_learner(view, None, LiveConfig(RULES, CLOCKS), SetClock(NOW))  # type: ignore[arg-type]
    assert [one["event"] for one in logs] == ["learner.off"]
    assert "topology" in service.health.wanting
    assert not [one for one in service.health.wanting if one.startswith("learner")]
