"""Clocks: working days, deadlines, the policies behind them and the ladder of escalations. Pure."""

from broker.domain.clocks.calendar import CLOSE_OF_BUSINESS, WorkingCalendar
from broker.domain.clocks.cautions import calendar_cautions, cautions
from broker.domain.clocks.clocks import Hold, SlaCalendar, closes_held, due_at
from broker.domain.clocks.kinds import (
    CLOSING,
    KINDS,
    RESOLUTION,
    RESPONSE,
    VERIFICATION,
    WAITING,
    ClockKind,
    ClockName,
    Debtor,
    Stop,
)
from broker.domain.clocks.ladder import Holder, role_of, rungs_of
from broker.domain.clocks.policies import BREACH, Days, Policy, Rung, policy_for

__all__ = [
    "BREACH",
    "CLOSE_OF_BUSINESS",
    "CLOSING",
    "KINDS",
    "RESOLUTION",
    "RESPONSE",
    "VERIFICATION",
    "WAITING",
    "ClockKind",
    "ClockName",
    "Days",
    "Debtor",
    "Hold",
    "Holder",
    "Policy",
    "Rung",
    "SlaCalendar",
    "Stop",
    "WorkingCalendar",
    "calendar_cautions",
    "cautions",
    "closes_held",
    "due_at",
    "policy_for",
    "role_of",
    "rungs_of",
]
