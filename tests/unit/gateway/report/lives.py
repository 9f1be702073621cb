"""Cases that were lived by the domain itself, and what a store keeps of them."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bench.support.lives import Said, lived
from broker.domain.case import Case, Entry, to_record
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.ports import Step
from config.loading import load_rules
from config.loading.clocks import load_clocks
from tests.acceptance.program import TOWN

FIRST = datetime(2026, 1, 5, 3, tzinfo=UTC)
NOW = datetime(2026, 6, 30, 3, tzinfo=UTC)
_SPEAKS: Sequence[tuple[str, dict[str, Any]]] = (
    ("A.acknowledged", {}),
    ("A.responded", {"note": "Ya."}),
    ("A.resolved", {"note": "Sudah."}),
    ("A.held", {"note": "Di mana?"}),
    ("A.resumed", {}),
    ("A.returned", {"reason": "Bukan kami."}),
    ("B.responded", {"note": "Ya."}),
    ("D.assigned", {"agency": "dpupr"}),
    ("D.assigned", {"agency": "dlh"}),
    ("D.held", {"note": "Di mana?"}),
    ("C.replied", {"note": "Di pasar."}),
    ("C.accepted", {"rating": 3}),
)
_ENDS: Sequence[tuple[str, dict[str, Any]]] = (
    ("C.withdrawn", {}),
    ("D.dismissed", {"reason": "Kurang.", "code": "incomplete"}),
)


@cache
def town() -> tuple[Rules, SlaCalendar]:
    return load_rules(TOWN), load_clocks()


def a_life(seed: int) -> tuple[Case, tuple[Entry, ...]]:
    """Of some months, always the same for a seed."""
    chance = random.Random(seed)
    hours, said = 0, list[Said]()
    for _ in range(chance.randrange(7)):
        hours += chance.choice((0, 1, 20, 60, 200))
        said.append((hours, *chance.choice(_SPEAKS)))
    if chance.random() < 0.3:
        said.append((hours + chance.choice((0, 5)), *chance.choice(_ENDS)))
    at = FIRST + timedelta(hours=chance.randrange(24 * 150))
    one = lived(seed, at, said, NOW, *town())
    return one.case, one.history


def a_record(case: Case) -> dict[str, Any]:
    """As a store has it."""
    record: dict[str, Any] = json.loads(json.dumps({**to_record(case), "complaint": None}))
    return record


def steps_of(history: Sequence[Entry]) -> list[Step]:
    return [
        Step(
            line.at,
            line.who,
            line.what,
            line.state_from,
            line.state_to,
            line.agency_from,
            line.agency_to,
            line.detail.get("supporting"),
            line.detail.get("handover") is True,
        )
        for line in history
        if line.what not in ("escalated", "deadline")
    ]
