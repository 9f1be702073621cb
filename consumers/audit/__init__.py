"""The audit trail read again: the cases rebuilt from it."""
