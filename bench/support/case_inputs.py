"""What the case consumer reads, made without a broker."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from broker.domain.clocks import SlaCalendar
from broker.domain.intake import handle_intake
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from schemas.properties import Properties

_VERBS = ("acknowledged", "responded", "resolved")
_TEXTS = (
    "jalan berlubang besar di depan pasar, sudah tiga bulan tidak diperbaiki, banyak motor jatuh",
    "lampu jalan mati di simpang tiga dekat sekolah, malam hari gelap sekali pak mohon diperbaiki",
    "sampah menumpuk di TPS samping lapangan, sudah seminggu tidak diangkut, bau sekali",
    "air PDAM tidak mengalir sejak kemarin pagi di seluruh gang kami, tolong dicek min",
)
_CATEGORIES = ("road-pothole", "street-light", "waste-uncollected", "water-no-flow")


def submitted(number: int) -> bytes:
    """A complaint of about 700 bytes."""
    text = _TEXTS[number % len(_TEXTS)]
    return json.dumps(
        {
            "text": f"Assalamualaikum, {text}. Terima kasih sebelumnya ({number})",
            "title": "Laporan warga",
            "category": _CATEGORIES[number % len(_CATEGORIES)],
            "location": {"district": "Toboali", "village": "Rias"},
            "reporter": {"name": "Warga", "phone": "0800-000-0000"},
            "extra": {"form": "v3", "agent": "bench", "session": "x" * 160},
        }
    ).encode()


class Inputs:
    """What the case consumer reads: events of the router, and what agencies say of its cases."""

    def __init__(self, rules: Rules, clocks: SlaCalendar) -> None:
        self._rules, self._clocks = rules, clocks

    def routed(self, count: int, at_once: int) -> Iterator[Incoming]:
        """The router's own events, those of a batch at one moment."""
        now = datetime.now(UTC)
        for number in range(count):
            if number % at_once == 0:
                now = datetime.now(UTC)
            properties = Properties(content_type="application/json", message_id=f"m{number}")
            message = Incoming(submitted(number), names.INTAKE, "web", properties, False, 1)
            done = handle_intake(
                message, self._rules, self._clocks, now=now, new_id=lambda: "fresh"
            )
            for event in done.publish:
                yield _arrived(event)

    def updates(self, routed: Sequence[Incoming]) -> Iterator[Incoming]:
        """In the order of the verbs: all cases are acknowledged before one is answered."""
        about = [json.loads(one.body)["data"] for one in routed]
        for verb in _VERBS:
            for data in about:
                if data["agency"] is None or data["role"] != "lead":
                    continue
                said = {"note": "Sudah kami terima dan petugas segera menuju lokasi."}
                body = json.dumps({"complaint_id": data["complaint_id"], **said}).encode()
                properties = Properties(
                    content_type="application/json", message_id=f"{data['complaint_id']}-{verb}"
                )
                key = names.update_key("agency", data["agency"], verb)
                yield Incoming(body, names.UPDATES, key, properties, False, 1)


def _arrived(event: Outgoing) -> Incoming:
    properties = Properties(
        content_type=event.content_type,
        delivery_mode=2,
        message_id=event.message_id,
        type=event.type,
    )
    return Incoming(event.body, event.exchange, event.routing_key, properties, False, 1)
