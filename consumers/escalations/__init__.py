"""What runs out by itself: rungs fire, holds end, answered cases close."""

from consumers.escalations.handler import EscalationHandler

__all__ = ["EscalationHandler"]
