"""Whether the demonstration stays after its story, and how it tells how to come in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from config.settings import Settings
from pintu.cli.main import app
from pintu.demo import staying, story
from pintu.demo.corpus import complaints
from pintu.demo.doors import Filed
from pintu.demo.people import SignIn


@pytest.mark.parametrize("stays", [False, True])
def test_it_stays_only_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, stays: bool
) -> None:
    called: list[str] = []
    world = SimpleNamespace(rules=SimpleNamespace(name="", agencies=(), channels=()))

    @asynccontextmanager
    async def broker(_: Settings) -> AsyncIterator[Any]:
        yield None, None
        called.append("stopped")

    @asynccontextmanager
    async def stage(*_: Any) -> AsyncIterator[Any]:
        yield world

    async def scene(*_: Any) -> None:
        called.append("scene")

    async def stay(*_: Any) -> None:
        called.append("stay")

    monkeypatch.setattr(story, "broker_for_demo", broker)
    monkeypatch.setattr(story, "stage", stage)
    monkeypatch.setattr(story, "_SCENES", ())
    for name in ("_complaints_come_in", "conversation", "any_door", "life"):
        monkeypatch.setattr(story, name, scene)
    monkeypatch.setattr(story, "stay", stay)
    out = StringIO()
    asyncio.run(story.tell(Settings(), Console(file=out), stays=stays))
    assert called == ["scene"] * 4 + ["stay"] * stays + ["stopped"]
    assert "its folder removed" in out.getvalue()


def test_the_command_stays_with_its_option_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    async def tell(_: Settings, __: Console, *, stays: bool) -> None:
        asked.append(stays)

    monkeypatch.setattr(story, "tell", tell)
    for words in (["demo"], ["demo", "--stay"]):
        assert CliRunner().invoke(app, words).exit_code == 0
    assert asked == [False, True]


def test_the_same_complaints_come_once_more_as_others() -> None:
    first, again = list(complaints()), list(complaints("again-"))
    assert [f"again-{one.message_id}" for one in first] == [one.message_id for one in again]
    assert not {one.body for one in first} & {one.body for one in again}


def test_no_address_and_no_password_is_cut_on_a_narrow_terminal() -> None:
    out = StringIO()
    now: Any = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: datetime(2026, 12, 19, 2, tzinfo=UTC)),
        clocks=SimpleNamespace(calendar=SimpleNamespace(zone=None)),
        gateway="http://127.0.0.1:40001",
    )

    async def finds() -> None:
        return None

    filed = Filed("form /lapor", "teks", "N8EW-28ZQ-M7F0", finds, "545051")
    budi = SignIn("budi", "[bold]-pass", "agency:dlh", "inbox of [Dinas]", "/opd/dlh")
    staying._tell(Console(file=out, width=20), now, "http://127.0.0.1:40002", filed, [budi])
    said = out.getvalue()
    for words in (
        "http://127.0.0.1:40001/opd/dlh",
        "http://127.0.0.1:40002/metrics",
        "code N8EW-28ZQ-M7F0, PIN 545051",
        "budi  [bold]-pass  inbox of [Dinas]",
    ):
        assert words in said
