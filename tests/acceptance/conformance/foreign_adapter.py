"""An adapter in another library (aio-pika) that keeps the contract, but for one planted fault."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import aio_pika
from aio_pika.exceptions import AMQPError, DeliveryError

GONE: Final = (AMQPError, ConnectionError, DeliveryError, RuntimeError, asyncio.InvalidStateError)

ONE: Final = UUID(int=0x4000 << 64)

FAULTS: Final = {
    # its name: the rule that names it
    "no confirms": "confirms",
    "not mandatory": "mandatory",
    "transient": "persistent",
    "to a queue by its name": "own-exchanges",
    "wrong channel in the key": "own-key",
    "wrong source": "source",
    "one id for all": "unique-id",
    "ids that count up": "unguessable-id",
    "no content type": "content-type",
    "latin-1": "body",
    "expiration": "properties",
    "empty text": "readable",
    "bad field": "fields",
    "new id on retry": "lost-confirm",
    "no retry": "refused-publish",
    "no acks": "manual-ack",
    "no prefetch": "prefetch",
    "stops at unknown": "unknown-event",
    "rejects strangers": "unknown-complaint",
    "reads triage too": "own-queue",
    "declares its queue": "declares-nothing",
    "does not come back": "redelivered",
    "rates with words": "updates-fit",
}


class ForeignAdapter:
    """Submits a complaint when it is asked to, listens, and speaks for its reporters."""

    def __init__(self, url: str, channel: str, fault: str = "") -> None:
        self.url, self.channel, self.fault = url, channel, fault
        self.sent: list[str] = []
        self._numbers = count(1)
        self.asked = asyncio.Queue[str]()
        """Names of the steps of the check, as they begin: somebody complains when asked to."""

    async def run(self) -> None:
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                step = await self.asked.get()
                if step in ("submit", "lost-confirm", "refused", "withdrawn"):
                    await self._submit(f"Lampu jalan mati di depan sekolah: {step}.")
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, *GONE):
                await listening

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[Any]:
        connection = await aio_pika.connect(self.url)
        async with connection:
            yield await connection.channel(publisher_confirms=self.fault != "no confirms")

    async def _submit(self, text: str) -> None:
        id = self._id()
        self.sent.append(id)
        while True:
            body = self._event(id, text)
            try:
                async with self._channel() as channel:
                    await self._publish(channel, "complaints.intake", self._key(), id, body)
                return
            except GONE:
                if self.fault == "no retry":
                    return
                if self.fault == "new id on retry":
                    id = self._id()
                await asyncio.sleep(0.02)

    def _id(self) -> str:
        if self.fault == "ids that count up":
            return f"laporan-2026-{next(self._numbers):06}"
        return (
            "00000000-0000-4000-8000-000000000000"
            if self.fault == "one id for all"
            else str(uuid4())
        )

    def _key(self) -> str:
        return "lain" if self.fault == "wrong channel in the key" else self.channel

    def _event(self, id: str, text: str) -> dict[str, Any]:
        source = "lain" if self.fault == "wrong source" else self.channel
        data: dict[str, Any] = {"text": " " if self.fault == "empty text" else text}
        if self.fault == "bad field":
            data["location"] = "Desa Rias"
        event = {
            "specversion": "1.0",
            "id": id,
            "source": f"/channels/{source}",
            "type": "complaint.submitted.v1",
            "data": data,
        }
        return event

    async def _publish(
        self, channel: Any, exchange: str, key: str, id: str, event: dict[str, Any], **more: Any
    ) -> None:
        body = json.dumps(event).encode()
        if self.fault == "latin-1":
            body = json.dumps({"text": "Sampah di café"}, ensure_ascii=False).encode("latin-1")
        if self.fault == "to a queue by its name" and exchange == "complaints.intake":
            exchange, key = "", "router.intake"
        message = aio_pika.Message(
            body,
            content_type=None
            if self.fault == "no content type"
            else "application/cloudevents+json",
            delivery_mode=1 if self.fault == "transient" else 2,
            message_id=id,
            expiration=60 if self.fault == "expiration" else None,
            **more,
        )
        to = (
            channel.default_exchange
            if not exchange
            else await channel.get_exchange(exchange, ensure=False)
        )
        await to.publish(message, key, mandatory=self.fault != "not mandatory")

    async def _listen(self) -> None:
        while True:
            with suppress(*GONE):
                async with self._channel() as channel:
                    await self._read(channel)
            if self.fault == "does not come back":
                await asyncio.Event().wait()
            await asyncio.sleep(0.02)

    async def _read(self, channel: Any) -> None:
        if self.fault != "no prefetch":
            await channel.set_qos(prefetch_count=20)
        if self.fault == "declares its queue":
            await channel.declare_queue(exclusive=True)
        queue = await channel.get_queue(f"channel.{self.channel}", ensure=False)
        if self.fault == "reads triage too":
            await (await channel.get_queue("triage", ensure=False)).consume(taken)
        async with queue.iterator(no_ack=self.fault == "no acks") as messages:
            async for message in messages:
                event = json.loads(message.body)
                if self.fault == "stops at unknown" and "celebrated" in event["type"]:
                    await message.reject(requeue=False)
                    continue
                own = {
                    str(uuid5(NAMESPACE_URL, f"/channels/{self.channel}#{id}")) for id in self.sent
                }
                if self.fault == "rejects strangers" and event["subject"] not in own:
                    await message.reject(requeue=False)
                    continue
                if self.fault != "no acks":
                    await message.ack()
                await self._speak(channel, event)

    def _is_own(self, complaint: str) -> bool:
        source = f"/channels/{self.channel}"
        return complaint in {str(uuid5(NAMESPACE_URL, f"{source}#{id}")) for id in self.sent}

    async def _speak(self, channel: Any, event: dict[str, Any]) -> None:
        """The reporters of these tests answer at once, are content, and one withdraws."""
        verb = event["type"].split(".")[1]
        data: dict[str, Any]
        if verb == "held":
            said, data = "replied", {"note": "Yang di depan gerbang."}
        elif verb == "resolved":
            said, data = "accepted", {"rating": "bagus" if self.fault == "rates with words" else 5}
        elif verb == "opened" and event["data"].get("of", {}).get("id") == self.sent[-1]:
            if len(self.sent) < 4:  # the one of the step "withdrawn"
                return
            said, data = "withdrawn", {}
        else:
            return
        id = f"{event['id']}.{said}"
        update = {
            "specversion": "1.0",
            "id": id,
            "source": f"/channels/{self.channel}",
            "type": f"complaint.{said}.v1",
            "subject": event["subject"],
            "data": data,
        }
        key = f"channel.{self.channel}.{said}"
        await self._publish(channel, "complaints.updates", key, id, update)


async def taken(message: Any) -> None:
    """What is read beside the own queue."""
    await message.ack()
