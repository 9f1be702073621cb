"""A case store filled with a year of cases that were lived: routed, triaged, answered, asked,
handed back, late, closed, opened again. Each life is made once a day, by the domain itself, and
written as often as that many complaints ask for."""

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Dialect, Table

from bench.support.filling import Raw, rows_of, write
from broker.domain.case import Applied, Case, Context, Entry, apply, fire, read
from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Routed, handle_intake
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.store.cases.tables import cases
from broker.store.columns import Id
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.identifiers import tracking
from schemas.properties import Properties
from schemas.updates import BadUpdate

TEXTS: Final = (
    "Jalan berlubang besar di depan pasar, sudah tiga bulan tidak diperbaiki",
    "Sampah menumpuk di belakang pasar dan tidak pernah diangkut",
    "Lampu jalan mati sejak minggu lalu",
    "Air PDAM tidak mengalir sudah tiga hari",
    "Mohon bantuan bapak untuk warga kami",
)
PLACES: Final = (("Toboali", "Rias"), ("Airgegas", "Delas"), ("Payung", "Malik"))
Said = tuple[int, str, dict[str, Any]]
"""Hours after it began, who says what, and with what."""
LIVES: Final[Sequence[tuple[int, Sequence[Said]]]] = (
    (
        30,
        [
            (5, "A.acknowledged", {}),
            (50, "A.responded", {"note": "ya"}),
            (120, "A.resolved", {"note": "sudah"}),
        ],
    ),
    (
        20,
        [
            (30, "A.responded", {"note": "ya"}),
            (90, "A.resolved", {"note": "sudah"}),
            (120, "C.accepted", {"rating": 4}),
        ],
    ),
    (
        10,
        [
            (90, "A.acknowledged", {}),
            (400, "A.responded", {"note": "ya"}),
            (600, "A.resolved", {"note": "sudah"}),
        ],
    ),
    (
        8,
        [
            (5, "A.held", {"note": "di mana"}),
            (80, "C.replied", {"note": "sana"}),
            (200, "A.resolved", {"note": "sudah"}),
        ],
    ),
    (
        8,
        [
            (9, "A.returned", {"reason": "bukan"}),
            (60, "D.assigned", {"agency": "dpupr"}),
            (100, "B.resolved", {"note": "sudah"}),
        ],
    ),
    (
        6,
        [
            (9, "D.assigned", {"agency": "dlh"}),
            (60, "E.responded", {"note": "ya"}),
            (100, "E.resolved", {"note": "sudah"}),
        ],
    ),
    (
        4,
        [
            (9, "A.resolved", {"note": "sudah"}),
            (60, "C.replied", {"note": "belum"}),
            (100, "A.resolved", {"note": "sudah"}),
        ],
    ),
    (4, [(9, "D.dismissed", {"reason": "kurang", "code": "incomplete"})]),
    (3, [(20, "C.withdrawn", {})]),
    (7, []),
)
"""How many of a hundred, and what is said."""
_AGENCIES: Final = {"B": "agency.dpupr", "E": "agency.dlh", "C": "channel.web", "D": "desk.rina"}


@dataclass(frozen=True, slots=True)
class Year:
    """``many`` complaints, over the days from ``first`` on, as of ``now``."""

    many: int
    first: datetime
    days: int
    now: datetime


@dataclass(slots=True)
class _Lived:
    """As ``Applied``, of a whole life."""

    case: Case
    history: tuple[Entry, ...]
    causes: tuple[str, ...]


def lived(
    number: int,
    at: datetime,
    said: Sequence[Said],
    now: datetime,
    rules: Rules,
    clocks: SlaCalendar,
) -> _Lived:
    """One life, as far as it has come by ``now``."""
    district, village = PLACES[number % len(PLACES)]
    body = {
        "text": TEXTS[number % len(TEXTS)],
        "location": {"district": district, "village": village},
        "anonymous": number % 7 == 0,
    }
    properties = Properties(content_type="application/json", message_id=f"{at.isoformat()}{number}")
    incoming = Incoming(json.dumps(body).encode(), names.INTAKE, "web", properties, False, 1)
    routed = handle_intake(incoming, rules, clocks, now=at, new_id=lambda: "fresh")
    assert isinstance(routed, Routed)
    event = routed.publish[0]
    what = read(Incoming(event.body, event.exchange, event.routing_key, properties, False, 1))
    assert not isinstance(what, BadUpdate)
    first = apply(None, what, Context(at, at, rules, clocks))
    assert isinstance(first, Applied)
    case, lines, causes = first.case, list(first.lines), list(first.causes)
    complaint = case.complaint
    for hours, who, data in said:
        moment = at + timedelta(hours=hours)
        if moment > now:
            break
        if who[0] == "A" and case.agency is None:
            continue
        key = f"agency.{case.agency}" if who[0] == "A" else _AGENCIES[who[0]]
        verb = who.split(".")[1]
        update = {
            "specversion": "1.0",
            "id": f"{hours}{who}",
            "source": f"/{key}",
            "type": f"complaint.{verb}.v1",
            "subject": str(case.complaint_id),
            "time": moment.isoformat(),
            "data": data,
        }
        said_now = read(
            Incoming(
                json.dumps(update).encode(), names.UPDATES, f"{key}.{verb}", Properties(), False, 1
            )
        )
        assert not isinstance(said_now, BadUpdate), said_now
        outcome = apply(case, said_now, Context(moment, moment, rules, clocks, patient=False))
        if isinstance(outcome, Applied):
            case = outcome.case
            lines += outcome.lines
            causes += outcome.causes
    if (after := fire(case, clocks, now=now, watermark=now)) is not None:
        case = after.case
        lines += after.lines
    return _Lived(replace(case, complaint=complaint), tuple(lines), tuple(causes))


async def fill_year(url: str, year: Year) -> None:
    """Write them into an empty store."""
    await write(url, lambda dialect: _portions(year, dialect))


def _portions(year: Year, dialect: Dialect) -> Iterator[dict[Table, list[Raw]]]:
    rules, clocks, chance = load_rules(None), load_clocks(), random.Random(7)
    weights = [weight for weight, _ in LIVES]
    a_day = max(year.many // year.days, 1)
    kinds_a_day = 12
    for day in range(year.days):
        at = year.first + timedelta(days=day, hours=3)
        kinds = [
            lived(day * 31 + n, at, chance.choices(LIVES, weights)[0][1], year.now, rules, clocks)
            for n in range(kinds_a_day)
        ]
        made = [(kind, rows_of(kind, dialect)) for kind in kinds]
        out: dict[Table, list[Raw]] = {}
        for _ in range(a_day):
            complaint = UUID(int=chance.getrandbits(128))
            key = Id().process_bind_param(complaint, dialect)
            kind, rows = chance.choice(made)
            for table, row in rows:
                new = [key, *row[1:]]
                if table is cases:
                    new[1] = tracking(complaint)
                    record = row[10].replace(str(kind.case.complaint_id), str(complaint))
                    new[10] = record.replace(kind.case.tracking, new[1])
                out.setdefault(table, []).append(new)
        yield out


def fill_here(url: str, year: Year) -> None:
    """In a process of its own."""
    asyncio.run(fill_year(url, year))


START: Final = datetime(2025, 1, 1, tzinfo=UTC)
