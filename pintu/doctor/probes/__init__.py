"""Probes: each brings facts of one kind, in bounded time, and changes nothing."""
