"""The command ``pintu``."""

from pintu.cli.main import main

__all__ = ["main"]
