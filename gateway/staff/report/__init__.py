"""The leaders' report: ``/laporan``."""
