"""Beside the work: the index of cases is filled, and follows the store."""

import time
from typing import Final

import structlog

from consumers.runtime.metrics import GatewayMetrics
from consumers.runtime.service import Service
from gateway.desk.indexing import LOOK_EVERY, Indexing

log = structlog.get_logger()

_SECONDS: Final = 1  # digits behind the point


async def watch_search(service: Service, indexing: Indexing, metrics: GatewayMetrics) -> None:
    """Until the service is told to stop; says once that all cases can be found."""
    began = time.monotonic()

    async def look() -> None:
        filled = indexing.as_of is not None
        try:
            await indexing.beside()
        finally:
            metrics.searched, metrics.searched_as_of = len(indexing.index), indexing.as_of
        if not filled:
            seconds = round(time.monotonic() - began, _SECONDS)
            log.info("gateway.search_ready", cases=len(indexing.index), seconds=seconds)

    await service.every(LOOK_EVERY, look)
