"""The rules at work: ``/meja/aturan``."""
