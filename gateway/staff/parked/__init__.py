"""Parked messages in a browser: ``/meja/parkir``."""
