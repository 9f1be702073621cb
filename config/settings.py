"""Settings from the environment, read once, frozen, strict."""

import difflib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from broker.errors import BadConfiguration

PREFIX: Final = "PINTU_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: what it means and what it is when unset (the configuration reference)."""

    name: str
    meaning: str
    unset: str


SETTINGS: Final = (
    Setting(
        "AMQP_URL",
        "where RabbitMQ is: `amqp://` or `amqps://`",
        "a private RabbitMQ node, its data under the state folder",
    ),
    Setting(
        "MANAGEMENT_URL",
        "RabbitMQ's HTTP API, for what AMQP cannot see (bindings, permissions)",
        "derived from the AMQP URL: the same host, port 15672",
    ),
    Setting(
        "DATABASE_URL",
        "`postgresql://…`, for more than one machine",
        "SQLite in the state folder, journal and cases in files of their own",
    ),
    Setting("STATE_DIR", "folder of the private node and of SQLite", "`.pintu`"),
    Setting("CONFIG_DIR", "folder of the rules", "the shipped ones: Kabupaten Bangka Selatan"),
    Setting(
        "HTTP",
        "`host:port` of /metrics, /livez and /readyz; `off` for none",
        "127.0.0.1:9464 (`run all`, `run router`), 9465 (`cases`), 9466 (`escalations`)",
    ),
    Setting("LOG_FORMAT", "`console` or `json`", "`console` on a terminal, else `json`"),
    Setting("CLOCK_SPEED", "how many times faster time runs; for demonstrations only", "1"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """See SETTINGS. ``http`` is None where each command has a port of its own, "" for none."""

    amqp_url: str | None
    management_url: str | None
    database_url: str | None
    state_dir: Path
    config_dir: Path | None
    http: tuple[str, int] | Literal["off"] | None
    log_format: Literal["console", "json"]
    clock_speed: float


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        BadConfiguration: every error at once, each with the variable and what to do.
    """
    values = _ours(os.environ if environment is None else environment)
    errors = _unknown(values)
    amqp = _url(values, "AMQP_URL", ("amqp", "amqps"), errors)
    management = _url(values, "MANAGEMENT_URL", ("http", "https"), errors)
    database = _url(values, "DATABASE_URL", ("postgresql", "sqlite"), errors)
    folder = values.get("PINTU_CONFIG_DIR")
    if folder and not Path(folder).is_dir():
        errors.append(f"PINTU_CONFIG_DIR: {folder} is no folder; unset it for the shipped rules")
    http = _address(values.get("PINTU_HTTP"), errors)
    form = values.get("PINTU_LOG_FORMAT", "console" if sys.stderr.isatty() else "json")
    if form not in ("console", "json"):
        errors.append("PINTU_LOG_FORMAT: console or json")
    speed = _speed(values.get("PINTU_CLOCK_SPEED", "1"), errors)
    if errors:
        raise BadConfiguration("\n".join(errors))
    return Settings(
        amqp_url=amqp,
        management_url=management,
        database_url=database,
        state_dir=Path(values.get("PINTU_STATE_DIR", ".pintu")),
        config_dir=Path(folder) if folder else None,
        http=http,
        log_format="console" if form == "console" else "json",
        clock_speed=speed,
    )


def refuse_misspelt() -> None:
    """For commands that need no setting: a name that means nothing is their error all the same.

    Raises:
        BadConfiguration: as of `load_settings`; wrong values alone are no reason.
    """
    if _unknown(_ours(os.environ)):
        load_settings()


def _ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }


def _unknown(values: Mapping[str, str]) -> list[str]:
    known = [PREFIX + setting.name for setting in SETTINGS]
    errors = []
    for name in sorted(set(values) - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        errors.append(f"{name}: no such setting; {hint}")
    return errors


def _url(
    values: Mapping[str, str], name: str, schemes: tuple[str, ...], errors: list[str]
) -> str | None:
    value = values.get(PREFIX + name)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and (parts.hostname or parts.scheme == "sqlite")
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        # The value may hold a password: it is not repeated.
        forms = " or ".join(f"{scheme}://" for scheme in schemes)
        errors.append(f"{PREFIX}{name}: not a usable URL that starts with {forms}")
    return value


def _address(value: str | None, errors: list[str]) -> tuple[str, int] | Literal["off"] | None:
    if value is None:
        return None
    if value.lower() == "off":
        return "off"
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or len(port) > 5 or int(port) > 65535:
        errors.append("PINTU_HTTP: host:port, such as 127.0.0.1:9464, or off")
        return None
    return host.strip("[]") or "127.0.0.1", int(port)


def _speed(value: str, errors: list[str]) -> float:
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1e7:
        errors.append("PINTU_CLOCK_SPEED: a number above 0, at most 10,000,000")
    return speed
