"""An agency's system in a hundred lines, for those who write one, in whatever language.

It reads one queue, ``agency.<code>``, and speaks on one exchange, ``complaints.updates``. It knows
docs/reference/contract/ and no more, so names are written out. Chance decides what people would.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from broker.errors import BrokerUnavailable
from broker.ports import Client
from config.language import worded

TRACE = ("traceparent", "tracestate")
"""Headers that go on with what is said about a complaint: whoever traces sees it as one."""

Event = Mapping[str, Any]
Tell = Callable[[str, Event], None]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the agency does, as weights, and the seconds (real ones) between its steps.

    ``suggests``: the code of whose it is, where the agency knows what it hands back.
    """

    answers: float = 1.0
    returns: float = 0.0
    silent: float = 0.0
    pause: float = 0.0
    seed: int = 0
    suggests: str | None = None

    def choice(self, code: str, complaint_id: str) -> str:
        """``answers``, ``returns`` or ``silent``."""
        weights = {"answers": self.answers, "returns": self.returns, "silent": self.silent}
        chance = random.Random(f"{self.seed} {code} {complaint_id}")
        return chance.choices(list(weights), list(weights.values()))[0]


async def simulate(
    client: Client,
    code: str,
    behaviour: Behaviour,
    stop: asyncio.Event,
    now: Callable[[], datetime],
    tell: Tell = lambda verb, event: None,
) -> None:
    """Be that agency until ``stop`` is set.

    ``now`` gives the time that updates bear, aware; ``tell`` hears (verb and event) what came and
    what was said. Raises an ExceptionGroup of BrokerUnavailable or Unroutable: start again then.
    """
    agency = _Agency(client, code, behaviour, now, tell)
    async with asyncio.TaskGroup() as jobs:
        reading = jobs.create_task(agency.read(jobs))
        await stop.wait()
        for job in (reading, *agency.at_work.values()):
            job.cancel()


@dataclass(slots=True)
class _Agency:
    client: Client
    code: str
    behaviour: Behaviour
    now: Callable[[], datetime]
    tell: Tell
    at_work: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Complaints that lie with us. A real system keeps them in its database."""

    async def read(self, jobs: asyncio.TaskGroup) -> None:
        """Each message is acknowledged once it is in our books, not before."""
        async for message in self.client.consume(f"agency.{self.code}"):
            event = json.loads(message.body)
            verb = event["type"].split(".")[1]  # complaint.<verb>.v1
            trace = {k: v for k, v in message.properties.headers.items() if k in TRACE}
            self.tell(verb, event)
            complaint = event.get("subject")
            if verb in ("moved", "closed", "routed") and complaint in self.at_work:
                self.at_work.pop(complaint).cancel()  # it left us, or begins anew
            if verb == "routed":
                if self.behaviour.choice(self.code, complaint) == "silent":
                    continue
                seen = "Laporan kami terima dan kami pelajari."
                await self.say("acknowledged", event, trace, note=seen)
            if verb in ("routed", "replied"):
                self.at_work[complaint] = jobs.create_task(self.handle(event, trace))
        raise BrokerUnavailable(worded("agency.{code} is not delivered any more", code=self.code))

    async def handle(self, event: Event, trace: Mapping[str, str]) -> None:
        """What the people of the agency do about a complaint, or a reporter's reply."""
        data, choice = event["data"], self.behaviour.choice(self.code, event["subject"])
        await asyncio.sleep(self.behaviour.pause)
        if choice == "returns" and "decision" in data:
            # The rules name the next agency, unless one who knows better does.
            better = {"suggest": self.behaviour.suggests} if self.behaviour.suggests else {}
            await self.say("returned", event, trace, reason="Bukan kewenangan kami.", **better)
        elif choice == "answers":
            await self.say(
                "responded", event, trace, note="Petugas kami jadwalkan meninjau lokasi."
            )
            if data["role"] == "lead":  # a supporting agency gives a first answer only
                await asyncio.sleep(self.behaviour.pause)
                await self.say("resolved", event, trace, note="Sudah ditangani. Terima kasih.")

    async def say(self, verb: str, about: Event, trace: Mapping[str, str], **data: str) -> None:
        """An update, confirmed. Its id is made of what it answers: said twice, it counts once."""
        update = {
            "specversion": "1.0",
            "id": f"{about['id']}.{verb}",
            "source": f"/agencies/{self.code}",
            "type": f"complaint.{verb}.v1",
            "subject": about["subject"],
            "time": self.now().isoformat(),
            "data": data,
        }
        await self.client.publish(
            "complaints.updates",
            f"agency.{self.code}.{verb}",
            json.dumps(update).encode(),
            content_type="application/cloudevents+json",
            message_id=update["id"],
            headers=trace,
        )
        self.tell(verb, update)
