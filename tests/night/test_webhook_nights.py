"""An endpoint that takes nothing, and one that wants no more, are seen."""

import asyncio
import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from broker.node import Node
from broker.ports.webhooks import Endpoint
from broker.store.webhooks import open_webhook_store
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN
from tests.night.prometheus import installed
from tests.night.test_other_nights import comes, one_process
from tests.support.eventually import eventually
from tests.support.receiver import Receiver, Reply

pytestmark = [
    pytest.mark.skipif(os.environ.get("NIGHT") != "all", reason="NIGHT=all: it takes minutes"),
    pytest.mark.skipif(not installed(), reason="Prometheus is not installed here"),
    pytest.mark.timeout(1200),
]


def test_an_endpoint_that_takes_nothing_is_seen_and_so_is_one_that_is_gone(
    rabbitmq: Node, tmp_path: Path
) -> None:
    file = tmp_path / "state" / "gateway.sqlite3"
    status = 500
    settings = {"CONFIG_DIR": str(TOWN), "MANAGEMENT_URL": rabbitmq.management_url or ""}
    with (
        Receiver(lambda _: Reply(status)) as receiver,
        one_process(tmp_path, rabbitmq.url, **settings) as (_, watch),
    ):
        asyncio.run(added(file, receiver.url))
        adapter = Outside(rabbitmq.url)
        adapter.publish("web", json.dumps({"text": "sampah"}).encode(), message_id=uuid4().hex)
        eventually(lambda: receiver.asked)
        backdated(file, "taken_at", timedelta(hours=2))
        comes(watch, "PintuWebhookLate")
        backdated(file, "first_tried", timedelta(days=4))
        backdated(file, "due", timedelta(days=4))
        comes(watch, "PintuWebhookParked")
        status = 410
        adapter.publish("web", json.dumps({"text": "sampah"}).encode(), message_id=uuid4().hex)
        adapter.close()
        comes(watch, "PintuWebhookOff")


async def added(file: Path, url: str) -> None:
    store = await open_webhook_store(f"sqlite:///{file}")
    assert await store.add(Endpoint("agency.dlh", url, b"s" * 32, datetime.now(UTC)))
    await store.close()


def backdated(file: Path, column: str, by: timedelta) -> None:
    """As if that had been so long ago."""
    micros = int(by.total_seconds() * 1e6)
    with sqlite3.connect(file, timeout=60) as store:
        statement = f"UPDATE gateway_delivery SET {column} = {column} - ? WHERE state = 'waiting'"
        store.execute(statement, (micros,))
