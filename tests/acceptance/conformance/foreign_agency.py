"""An agency's system in another library (aio-pika), but for one planted fault."""

import asyncio
import json
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import aio_pika

from tests.acceptance.conformance.foreign_adapter import GONE, taken

FAULTS: Final = {
    # its name: the rule that names it
    "no acks": "manual-ack",
    "no prefetch": "prefetch",
    "another's queue": "own-queue",
    "never acknowledges": "acknowledges",
    "rejects unknown": "unknown-event",
    "does not come back": "comes-back",
    "rejects repeats": "repeated-event",
    "answers repeats anew": "answers-once",
    "stops at a reminder": "other-events",
    "no confirms": "confirms",
    "not mandatory": "mandatory",
    "transient": "persistent",
    "default exchange": "own-exchanges",
    "speaks for another": "own-key",
    "one id for all": "unique-id",
    "no subject": "updates-fit",
    "holds what is resolved": "accepted",
    "new id when said again": "lost-confirm",
    "says it once": "refused-publish",
    "resolves as supporting": "supporting",
    "speaks after the end": "after-the-end",
    "resolves without a note": "resolved",
    "returns without a reason": "returned",
    "asks for receipts elsewhere": "receipts",
    "compresses": "body",
    "declares an exchange": "declares-nothing",
}


class ForeignAgency:
    """Acknowledges each complaint, gives both answers, hands back what is not its own."""

    def __init__(self, url: str, code: str, fault: str = "") -> None:
        self.url, self.code, self.fault = url, code, fault
        self.said: set[str] = set()

    async def run(self) -> None:
        while True:
            with suppress(*GONE):
                connection = await aio_pika.connect(self.url)
                async with connection:
                    confirms = self.fault != "no confirms"
                    await self._read(await connection.channel(publisher_confirms=confirms))
            if self.fault == "does not come back":
                await asyncio.Event().wait()
            await asyncio.sleep(0.02)

    async def _read(self, channel: Any) -> None:
        if self.fault != "no prefetch":
            await channel.set_qos(prefetch_count=1 if self.fault == "never acknowledges" else 10)
        if self.fault == "declares an exchange":
            await channel.declare_exchange(f"{self.code}.own")
        queue = await channel.get_queue(f"agency.{self.code}", ensure=False)
        if self.fault == "another's queue":
            await (await channel.get_queue("escalations", ensure=False)).consume(taken)
        async with queue.iterator(no_ack=self.fault == "no acks") as messages:
            async for message in messages:
                event = json.loads(message.body)
                verb = event["type"].split(".")[1]
                if self._refuses(verb, event):
                    await message.reject(requeue=False)
                    continue
                await self._handle(channel, verb, event)
                if self.fault not in ("no acks", "never acknowledges"):
                    await message.ack()
                if self.fault == "speaks after the end" and verb == "closed":
                    await self._say(channel, "responded", event, note="Hm.")

    def _refuses(self, verb: str, event: dict[str, Any]) -> bool:
        if self.fault == "rejects unknown" and verb == "celebrated":
            return True
        if self.fault == "rejects repeats" and event["id"] in self.said:
            return True
        return self.fault == "stops at a reminder" and verb == "escalated"

    async def _handle(self, channel: Any, verb: str, event: dict[str, Any]) -> None:
        if verb != "routed":
            return
        data = event["data"]
        await self._say(channel, "acknowledged", event)
        self.said.add(event["id"])
        if data["decision"]["confidence"] < 0.5:
            reason = {} if self.fault == "returns without a reason" else {"reason": "Bukan kami."}
            await self._say(channel, "returned", event, **reason)
            return
        await self._say(channel, "responded", event, note="Kami periksa besok.")
        if data["role"] == "lead" or self.fault == "resolves as supporting":
            note = {} if self.fault == "resolves without a note" else {"note": "Sudah menyala."}
            await self._say(channel, "resolved", event, **note)
        if self.fault == "holds what is resolved":
            await self._say(channel, "held", event, note="Di mana?")

    async def _say(self, channel: Any, verb: str, about: dict[str, Any], **data: str) -> None:
        id = f"{about['id']}.{verb}"
        if self.fault in ("answers repeats anew", "new id when said again"):
            id = str(uuid4())
        if self.fault == "one id for all":
            id = f"{self.code}-1"
        code = "dlh" if self.fault == "speaks for another" else self.code
        update = {
            "specversion": "1.0",
            "id": id,
            "source": f"/agencies/{self.code}",
            "type": f"complaint.{verb}.v1",
            "subject": about["subject"],
            "data": data,
        }
        if self.fault == "no subject":
            del update["subject"]
        message = aio_pika.Message(
            json.dumps(update).encode(),
            content_type="application/cloudevents+json",
            content_encoding="gzip" if self.fault == "compresses" else None,
            delivery_mode=1 if self.fault == "transient" else 2,
            reply_to="my.own.queue" if self.fault == "asks for receipts elsewhere" else None,
        )
        exchange, key = "complaints.updates", f"agency.{code}.{verb}"
        if self.fault == "default exchange":
            to, key = channel.default_exchange, "cases"
        else:
            to = await channel.get_exchange(exchange, ensure=False)
        try:
            await to.publish(message, key, mandatory=self.fault != "not mandatory")
        except aio_pika.exceptions.DeliveryError:
            if self.fault == "says it once":
                return
            raise
