"""The command ``pintu``."""

from consumers.cli.main import main

__all__ = ["main"]
