"""What runs out by itself: rungs fire, holds end, answered cases close."""

from consumers.escalations.escalations import Escalations

__all__ = ["Escalations"]
