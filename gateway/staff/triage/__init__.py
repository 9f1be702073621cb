"""The desk's first page: what waits for a decision, and deciding it: ``/meja``."""
