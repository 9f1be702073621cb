"""Cases: search, one case, overdue, move, send again: ``/meja/kasus``, ``/meja/lewat``."""
