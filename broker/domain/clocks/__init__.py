"""Clocks: working days, deadlines, the policies behind them and the ladder of escalations. Pure."""

from broker.domain.clocks.calendar import CLOSE_OF_BUSINESS, WorkingCalendar
from broker.domain.clocks.cautions import calendar_cautions, cautions
from broker.domain.clocks.clocks import Hold, SlaCalendar, closes_held, due_at
from broker.domain.clocks.ladder import (
    Done,
    Fire,
    Holder,
    RungTime,
    Wait,
    next_rung,
    role_of,
    rung_times,
    rungs_of,
)
from broker.domain.clocks.policies import CLOCKS, Clock, Days, Policy, Rung, policy_for

__all__ = [
    "CLOCKS",
    "CLOSE_OF_BUSINESS",
    "Clock",
    "Days",
    "Done",
    "Fire",
    "Hold",
    "Holder",
    "Policy",
    "Rung",
    "RungTime",
    "SlaCalendar",
    "Wait",
    "WorkingCalendar",
    "calendar_cautions",
    "cautions",
    "closes_held",
    "due_at",
    "next_rung",
    "policy_for",
    "role_of",
    "rung_times",
    "rungs_of",
]
