"""Budgets: how much one message, one file or one case may hold or cost, as numbers in one place.

What goes over a limit is left out with a warning, or parked, with a reason; see docs/limits.md.
"""

# --- one message ---------------------------------------------------------------------------

# --- what is in hand at once ---------------------------------------------------------------

# --- one case ------------------------------------------------------------------------------

# --- files and rules -----------------------------------------------------------------------

# --- frames from RabbitMQ ------------------------------------------------------------------
