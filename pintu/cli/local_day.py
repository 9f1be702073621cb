"""The day of a command, where the configuration is at home."""

from datetime import date
from pathlib import Path

from config.loading.clocks import load_zone
from consumers.runtime.clock import SystemClock


def today(config: Path | None) -> date:
    """The local day of that configuration. Raises BadConfiguration."""
    return SystemClock().now().astimezone(load_zone(config)).date()
