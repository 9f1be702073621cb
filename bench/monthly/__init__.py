"""Learning anew each month, as an office would: what it brings, and what each part of it brings."""
