"""A few hundred complaints and what is said of them, on a fast clock, until weeks have gone by."""

import json
import random
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pika  # type: ignore[import-untyped]  # -- it has no types

from tests.acceptance.cases.case_town import PARTS
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import eventually

SPEED = "300000"
"""A second is three days and a half."""
MANY, AT_ONCE = 240, 30
PATIENCE = 90
TEXTS = ("sampah menumpuk", "jalan rusak parah", "lampu jalan mati", "mohon bantuan pak")
AGENCIES = ("dlh", "dpupr", "dishub", "dlh")
LIVES: tuple[tuple[tuple[str, dict[str, Any]], ...], ...] = (
    (("A.acknowledged", {}), ("A.responded", {"note": "Ya."}), ("A.resolved", {"note": "Sudah."})),
    (
        ("A.responded", {"note": "Ya."}),
        ("A.resolved", {"note": "Sudah."}),
        ("C.accepted", {"rating": 4}),
    ),
    (
        ("A.held", {"note": "Di mana?"}),
        ("C.replied", {"note": "Di pasar."}),
        ("A.resolved", {"note": "Sudah."}),
    ),
    (
        ("A.returned", {"reason": "Bukan kami."}),
        ("D.assigned", {"agency": "dpupr"}),
        ("B.resolved", {"note": "Sudah."}),
    ),
    (("D.assigned", {"agency": "dishub"}), ("E.responded", {"note": "Ya."})),
    (
        ("A.resolved", {"note": "Sudah."}),
        ("C.replied", {"note": "Belum."}),
        ("A.resolved", {"note": "Sudah."}),
        ("C.accepted", {"rating": 2}),
    ),
    (("D.dismissed", {"reason": "Kurang.", "code": "incomplete"}),),
    (("A.responded", {"note": "Ya."}), ("C.withdrawn", {})),
    (("A.held", {"note": "Di mana?"}),),
    (),
)
BY = {"B": "agency.dpupr", "E": "agency.dishub", "D": "desk.sari", "C": "channel.web"}


def complaint(number: int) -> dict[str, Any]:
    chance = random.Random(number)
    return {
        "text": f"{TEXTS[number % 4]} {number}",
        "anonymous": chance.random() < 0.2,
        "confidential": chance.random() < 0.2,
        "classification": chance.choice(["complaint"] * 4 + ["aspiration", "information_request"]),
        "location": {"village": "Rias"} if chance.random() < 0.5 else {},
    }


def id_of(number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"/channels/web#recounted-{number}"))


class World:
    """The parts of a program on one store, and the messages of everybody else."""

    def __init__(self, url: str, folder: Path, management: str) -> None:
        self.url, self.folder = url, folder
        self.programs = [
            Program(part, url, folder, CLOCK_SPEED=SPEED, MANAGEMENT_URL=management)
            for part in PARTS
        ]
        self.outside = Outside(url)

    def sends(self) -> None:
        """Complaints in portions, and in between what comes next in each life."""
        for start in range(0, MANY, AT_ONCE):
            for number in range(start, start + AT_ONCE):
                body = json.dumps(complaint(number)).encode()
                self.outside.publish(
                    "web", body, message_id=f"recounted-{number}", content_type="application/json"
                )
            self.waits()
            for number in range(max(0, start - 4 * AT_ONCE), start):
                self.says(number, (start - number // AT_ONCE * AT_ONCE) // AT_ONCE - 1)
            self.reads()

    def says(self, number: int, step: int) -> None:
        life = LIVES[number % len(LIVES)]
        if not 0 <= step < len(life):
            return
        who, data = life[step]
        speaker, verb = who.split(".")
        key = f"{BY.get(speaker) or f'agency.{AGENCIES[number % 4]}'}.{verb}"
        event = {
            "specversion": "1.0",
            "id": f"said-{number}-{step}",
            "source": f"/{key}",
            "type": f"complaint.{verb}.v1",
            "subject": id_of(number),
            "data": data,
        }
        body = json.dumps(event).encode()
        self.outside.publish(
            key, body, exchange="complaints.updates", content_type="application/cloudevents+json"
        )

    def waits(self) -> None:
        """Until some days have gone by: rungs tell."""
        before = self.outside.depth("escalations")
        eventually(lambda: self.outside.depth("escalations") > before + 3, PATIENCE, "rungs fire")

    def reads(self) -> None:
        def quiet() -> bool:
            return not self.outside.depth("router.intake") and not self.outside.depth("cases")

        eventually(quiet, PATIENCE, "everything is read")

    def stop(self) -> None:
        for program in self.programs:
            program.stop()

    def report(self, *words: str) -> Any:
        settings = {
            "AMQP_URL": self.url,
            "STATE_DIR": str(self.folder),
            "CONFIG_DIR": str(TOWN),
            "CLOCK_SPEED": SPEED,
        }
        done = pintu("report", *words, "--json", settings=settings)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def stream(self) -> list[dict[str, Any]]:
        """All events on the audit trail, in their order."""
        connection = pika.BlockingConnection(pika.URLParameters(f"{self.url}?heartbeat=0"))
        channel = connection.channel()
        channel.basic_qos(prefetch_count=500)
        found: list[dict[str, Any]] = []
        first = {"x-stream-offset": "first"}
        for method, _, body in channel.consume("audit", arguments=first, inactivity_timeout=3):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            if method.exchange == "complaints.events":
                found.append(json.loads(body))
        connection.close()
        return found
