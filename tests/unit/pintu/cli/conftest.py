"""Commands of the desk without RabbitMQ and without a database."""

import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import structlog

from tests.unit.pintu.cli.counter import Counter


@pytest_asyncio.fixture
async def counter(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Counter]:
    """The log of the office, which runs beside the commands, is not what they print."""
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    yield Counter(monkeypatch)
    structlog.reset_defaults()
