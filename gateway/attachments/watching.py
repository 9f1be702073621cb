"""Beside the work: whether files can be kept, and what is to be removed."""

import asyncio
from dataclasses import dataclass
from typing import Final

from broker.errors import FilesUnavailable, ScannerUnavailable
from broker.ports import CaseStore, TimeSource
from consumers.runtime.metrics import AttachmentMetrics
from consumers.runtime.outage_log import FILES, SCANNER
from consumers.runtime.service import Service
from gateway.attachments.keeping import Attachments
from gateway.attachments.sweeping import sweep, sweep_folder

CONDITION: Final = "attachments"
"""The word of /readyz. It holds until the folder is seen not to take files."""
_LOOK_EVERY: Final = 10.0
_WITHIN: Final = 15.0
_SWEEP_EVERY: Final = 600.0
_TIDY_EVERY: Final = 6 * 3600.0
_WHO: Final = "gateway attachments"


@dataclass(frozen=True, slots=True)
class AttachmentWatch:
    """What runs beside the gateway until the process is told to stop."""

    service: Service
    attachments: Attachments
    cases: CaseStore
    clock: TimeSource
    metrics: AttachmentMetrics

    async def run(self) -> None:
        """All of it."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.service.every(_LOOK_EVERY, self._look))
            tasks.create_task(self.service.every(_SWEEP_EVERY, self._sweep))
            tasks.create_task(self.service.every(_TIDY_EVERY, self._tidy))

    async def _look(self) -> None:
        """A scanner that is away refuses files alone; it does not make the gateway unready."""
        health = self.service.health
        try:
            async with asyncio.timeout(_WITHIN):
                await self.attachments.check()
        except (FilesUnavailable, TimeoutError) as why:
            told = str(why) or f"{self.attachments.folder.where}: no answer within {_WITHIN:g} s"
            health.fails(CONDITION, told)
            health.outages.met(FILES, _WHO, told, beside=True)
            self.metrics.is_up("folder", False)
        else:
            health.holds(CONDITION)
            health.outages.over(FILES, _WHO)
            self.metrics.is_up("folder", True)
        await self._ask_scanner()

    async def _ask_scanner(self) -> None:
        if self.attachments.scanner is None:
            return
        outages = self.service.health.outages
        try:
            await self.attachments.scanner.ping()
        except ScannerUnavailable as why:
            outages.met(SCANNER, _WHO, str(why), beside=True)
            self.metrics.is_up("scanner", False)
        else:
            outages.over(SCANNER, _WHO)
            self.metrics.is_up("scanner", True)

    async def _sweep(self) -> None:
        await sweep(self.attachments, self.cases, self.clock.now())

    async def _tidy(self) -> None:
        await sweep_folder(self.attachments)
