"""A comparison of rules as a command keeps it."""

from datetime import date

from gateway.desk.kept_diff import Balance, KeptDiff, Move, Side
from tests.unit.gateway.door import NOW

KEPT = KeptDiff(
    made_at=NOW,
    old="2026.1",
    new="2026.2",
    source="history.csv",
    on=date(2026, 3, 1),
    rows=1_200,
    moved=34,
    to_desk=1,
    from_desk=20,
    known=1_100,
    before=Side(routed=800, right=750, wrong=50),
    after=Side(routed=850, right=810, wrong=40),
    agencies=(Balance(agency=None, name="", before=400, loses=20, gains=1, after=381),),
    moves=(Move(left=None, got="Dinas <b>Lingkungan</b>", rows=20, better=18, worse=1),),
)
