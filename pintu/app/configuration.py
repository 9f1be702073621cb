"""Configuration and time, for commands and for what runs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broker.domain.clocks import SlaCalendar
    from broker.domain.routing.directory import AgencyDirectory
    from broker.domain.routing.rules import Rules
    from broker.ports import TimeSource
    from consumers.runtime.live_config import LiveConfig
    from consumers.runtime.outside import Outside
    from consumers.runtime.service import Service

    Part = Callable[[Service, Outside, LiveConfig, TimeSource], Coroutine[None, None, None]]


def rules_of(folder: Path | None) -> Rules:
    """The rules of a configuration folder; None is the shipped one. Raises BadConfiguration."""
    from config.loading import load_rules

    return load_rules(folder)


def clocks_of(folder: Path | None) -> SlaCalendar:
    """Its calendar and policies. Raises BadConfiguration."""
    from config.loading.clocks import load_clocks

    return load_clocks(folder)


def configuration_of(folder: Path | None) -> tuple[Rules, SlaCalendar]:
    """Both, or every error of both at once. Raises BadConfiguration."""
    from config.loading.configuration import load_configuration

    return load_configuration(folder)


def directory_of(folder: Path | None) -> AgencyDirectory:
    """Its agencies alone, in a quarter of the time. Raises BadConfiguration."""
    from config.loading.directory import load_directory

    return load_directory(folder)


def system_clock() -> TimeSource:
    """The machine's time."""
    from consumers.runtime.clock import SystemClock

    return SystemClock()


def program_version() -> str:
    """The version of this program."""
    from importlib.metadata import version

    return version("pintu")
