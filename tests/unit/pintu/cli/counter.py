"""Somebody who types commands of the desk, on a broker and a store in memory."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from broker.domain.case import Case
from gateway.desk.session import DeskSession
from pintu.cli.main import app
from tests.support.eventually import eventually_async
from tests.unit.consumers.cases.office import Office
from tests.unit.gateway.desk.test_speaking import a_desk


class Counter:
    """Commands run in a thread, and what they do in the loop of the office."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.office = Office()
        self.desk = a_desk(self.office)
        loop = asyncio.get_running_loop()

        @asynccontextmanager
        async def open_desk() -> AsyncIterator[DeskSession]:
            yield self.desk

        monkeypatch.setattr("pintu.app.open_desk", open_desk)
        monkeypatch.setattr(
            asyncio, "run", lambda work: asyncio.run_coroutine_threadsafe(work, loop).result()
        )

    async def does(self, *words: str, typed: str | None = None) -> Result:
        return await asyncio.to_thread(lambda: CliRunner().invoke(app, [*words], typed))

    async def prints(self, *words: str) -> str:
        done = await self.does(*words)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    async def json(self, *words: str) -> Any:
        return json.loads(await self.prints(*words, "--json"))

    async def routes(self, *texts: str) -> list[Case]:
        """Complaints whose cases have begun."""
        return [await self._known(self.office.routes(text)) for text in texts]

    async def now(self, case: Case) -> Case:
        return await self.office.case(case.complaint_id)

    async def _known(self, complaint: UUID) -> Case:
        async def known() -> Case | None:
            return await self.office.store.find(complaint)

        return await eventually_async(known)
