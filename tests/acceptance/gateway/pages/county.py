"""A month of a county in memory, for pictures of pages: the demonstration's invented complaints, as
the domain decides on them, and what agencies, reporters and the desk might have said since. The
same at every call."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final

from broker.domain.case import Applied, Case, Context, Entry, Said, apply, fire, read
from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Routed, handle_intake
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.ports import CaseChange
from pintu.demo.corpus import Delivery, complaints, unusual
from schemas.properties import Properties
from schemas.updates import BadUpdate
from tests.unit.gateway.door import NOW

FIRST: Final = NOW - timedelta(days=27, hours=1)
READ: Final = "Sudah kami periksa; pengerjaannya dijadwalkan minggu ini."
DONE: Final = "Sudah selesai ditangani pagi ini. Terima kasih atas laporannya."
ASKED: Final = "Mohon sebutkan patokan terdekat, supaya petugas tidak salah tempat."
TOLD: Final = "Di samping masjid, kira-kira lima puluh meter dari jalan besar."
Words = tuple[int, str, dict[str, Any]]
"""Hours after it came, `speaker.verb` (A: its agency, C: the reporter's channel, D: the desk), and
what is said."""
RETURNED: Final[Sequence[Words]] = (
    (9, "A.returned", {"reason": "Bukan kewenangan kami: jalan lingkungan.", "suggest": "perkim"}),
    (70, "B.responded", {"note": READ}),
)
LIVES: Final[Sequence[Sequence[Words]]] = (
    ((5, "A.acknowledged", {}), (50, "A.responded", {"note": READ}),
     (150, "A.resolved", {"note": DONE}), (190, "C.accepted", {"rating": 5})),
    ((5, "A.acknowledged", {}), (6, "A.held", {"note": ASKED}), (28, "C.replied", {"note": TOLD}),
     (70, "A.responded", {"note": READ, "internal_note": "Anggaran: sisa paket tahun lalu."})),
    ((30, "A.responded", {"note": READ}),
     (120, "A.resolved", {"note": DONE})),
    ((6, "A.held", {"note": ASKED}), (30, "C.replied", {"note": TOLD}),
     (110, "A.resolved", {"note": DONE}), (300, "C.accepted", {"rating": 4})),
    RETURNED,
    ((26, "A.responded", {"note": READ}), (90, "A.resolved", {"note": DONE}),
     (120, "C.replied", {"note": "Belum beres, malam ini padam lagi."}),
     (200, "A.resolved", {"note": DONE})),
    (),
    ((8, "A.held", {"note": ASKED}),),
)  # fmt: skip
ASIDE: Final[Sequence[Words]] = (
    (26, "D.dismissed", {"code": "not-a-complaint", "reason": "Pesan ini bukan laporan."}),
)
"""Of what names nothing that an agency could do."""
_PICTURES: Final = re.compile("[\u200d\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
WAIT: Final = (1, 5, 22, 30, 75, 100, 145, 190)
"""Hours for which a complaint waits for the desk now."""


@dataclass(frozen=True, slots=True)
class Month:
    """What is kept and what lies parked; ``now``: the moment at which it is looked at."""

    kept: Sequence[CaseChange]
    parked: Sequence[Outgoing]

    def cases(self) -> Iterator[Case]:
        return (one.case for one in self.kept)


def month(rules: Rules, clocks: SlaCalendar) -> Month:
    """All of it."""
    some = list(complaints())
    step = (NOW - timedelta(hours=2) - FIRST) / len(some)
    kept, lives = list[CaseChange](), cycle(LIVES)
    waits = iter(WAIT)
    for n, one in enumerate(some):
        at = FIRST + n * step
        routed = _routed(one, at, rules, clocks)
        if not isinstance(routed, Routed):
            continue
        life = _Life(rules, clocks)
        if routed.decision.agency is not None:
            life.begins(routed, at)
            given = next(lives)
            if given is RETURNED and routed.decision.agency != "dpupr":
                given = next(lives)
            life.hears(at, given)
        elif (hours := next(waits, None)) is not None:
            at = NOW - timedelta(hours=hours)
            again = _routed(one, at, rules, clocks)
            assert isinstance(again, Routed)
            life.begins(again, at)
        else:
            life.begins(routed, at)
            life.hears(at, _decided(routed))
        kept.append(life.change())
    return Month(kept, list(_parked(rules, clocks)))


def _decided(routed: Routed) -> Sequence[Words]:
    """What the desk makes of one that it got."""
    if not routed.decision.alternatives:
        return ASIDE
    note = "Sudah kami baca dan kami teruskan."
    best = routed.decision.alternatives[0].agency
    return [(20, "D.assigned", {"agency": best, "note": note}), *LIVES[1]]


def _routed(one: Delivery, at: datetime, rules: Rules, clocks: SlaCalendar) -> Any:
    whole = Properties(
        message_id=one.message_id,
        content_type=one.content_type,
        content_encoding=one.content_encoding,
        headers=one.headers,
    )
    body = _undated(one.body)
    message = Incoming(body, names.INTAKE, one.channel, whole, False, 1)
    return handle_intake(message, rules, clocks, now=at, new_id=lambda: "fresh")


def _undated(body: bytes) -> bytes:
    """When it happened belongs to another month than this; and no typeface has all pictures."""
    try:
        event = json.loads(body)
        event["data"].pop("occurred_at", None)
        event["data"]["text"] = _PICTURES.sub("", event["data"]["text"]).strip()
    except (ValueError, TypeError, KeyError):
        return body
    return json.dumps(event).encode()


def _parked(rules: Rules, clocks: SlaCalendar) -> Iterator[Outgoing]:
    for n, one in enumerate(unusual()):
        for again in range(1 + (n % 3) * 2):
            at = NOW - timedelta(hours=2 + 5 * n + again)
            found = _routed(one, at, rules, clocks)
            if not isinstance(found, Routed):
                yield from (out for out in found.publish if out.exchange == names.PARKED_EXCHANGE)


class _Life:
    """Of one case, by the domain."""

    def __init__(self, rules: Rules, clocks: SlaCalendar) -> None:
        self._rules, self._clocks = rules, clocks
        self._case: Case | None = None
        self._complaint: Any = None
        self._lines, self._said = list[Entry](), list[Said]()

    def begins(self, routed: Routed, at: datetime) -> None:
        event = routed.publish[0]
        whole = Properties(content_type=event.content_type, message_id=event.message_id)
        self._takes(Incoming(event.body, event.exchange, event.routing_key, whole, False, 1), at)
        assert self._case is not None
        self._complaint = self._case.complaint

    def hears(self, at: datetime, words: Sequence[Words]) -> None:
        """What is said, as far as it has come by now."""
        for hours, who, data in words:
            moment = at + timedelta(hours=hours)
            assert self._case is not None
            if moment > NOW or self._case.closed:
                return
            speaker, verb = who.split(".")
            office = {
                "A": f"agency.{self._case.agency}",
                "B": "agency.perkim",
                "C": f"channel.{self._case.channel}",
                "D": "desk.rina",
            }[speaker]
            event = {
                "specversion": "1.0",
                "id": f"{hours}-{who}",
                "source": f"/{office}",
                "type": f"complaint.{verb}.v1",
                "subject": str(self._case.complaint_id),
                "time": moment.isoformat(),
                "data": data,
            }
            body, key = json.dumps(event).encode(), f"{office}.{verb}"
            self._takes(Incoming(body, names.UPDATES, key, Properties(), False, 1), moment)

    def change(self) -> CaseChange:
        """It with the rungs that have fired by now."""
        assert self._case is not None
        after = fire(self._case, self._clocks, now=NOW, watermark=NOW)
        if after is not None:
            self._case = after.case
            self._lines += after.lines
        case = replace(self._case, complaint=self._complaint)
        return CaseChange(case, tuple(self._lines), said=tuple(self._said))

    def _takes(self, message: Incoming, at: datetime) -> None:
        what = read(message)
        assert not isinstance(what, BadUpdate), what
        context = Context(at, at, self._rules, self._clocks, patient=False)
        outcome = apply(self._case, what, context)
        if isinstance(outcome, Applied):
            self._case = outcome.case
            self._lines += outcome.lines
            self._said += outcome.said
