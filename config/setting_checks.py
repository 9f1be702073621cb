"""Checks of settings, each of one kind of value. They raise what pydantic turns into a refusal."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticCustomError
from yarl import URL

from broker.amqp.address import parse_address
from config.language import LANGUAGES, gettext, worded
from config.mail_address import is_address
from config.smtp import parse_smtp

MOST_SPEED: Final = 1e7
_HOST: Final = re.compile(r"[a-z0-9_.:-]{1,253}")
MOST_DAYS: Final = 3650


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{what}", {"what": what})


def url_of(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    """The check of a URL. Its value may hold a password: it is not repeated."""
    forms = " or ".join(f"{scheme}://" for scheme in schemes)

    def check(value: SecretStr) -> SecretStr:
        try:
            parts = urlsplit(value.get_secret_value())
            usable = parts.scheme in schemes and (parts.hostname or parts.scheme == "sqlite")
            _ = parts.port
            if parts.scheme != "sqlite":
                URL(value.get_secret_value())  # as the libraries read it
        except ValueError:
            usable = False
        if not usable:
            raise _wrong(worded("not a usable URL that starts with {forms}", forms=forms))
        if "@" in f"{parts.path}{parts.query}{parts.fragment}" and parts.scheme != "sqlite":
            # What stands before it would be taken for a host or a virtual host, and be shown.
            raise _wrong(
                worded(
                    "not a usable URL that starts with {forms}: one URL, with one @, between "
                    "the password and the host; elsewhere write @ as %40, / as %2F, ? as "
                    "%3F, # as %23",
                    forms=forms,
                )
            )
        return value

    return check


def checked_amqp(value: SecretStr) -> SecretStr:
    """The check of an AMQP URL, which may name several hosts. It is not repeated either."""
    try:
        parse_address(value.get_secret_value())
    except ValueError as why:
        raise _wrong(str(why)) from None
    return value


def checked_folder(value: Path) -> Path:
    if not value.is_dir():
        raise _wrong(worded("{value} is no folder; unset it for the shipped rules", value=value))
    return value


def checked_address(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.lower() == "off":
        return "off"
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or len(port) > 5 or int(port) > 65535:
        raise _wrong(gettext("host:port, such as 127.0.0.1:9464, or off"))
    return host.strip("[]") or "127.0.0.1", int(port)


def checked_outside(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise _wrong(gettext("a URL such as https://lapor.bangkaselatankab.go.id"))
    return value.rstrip("/")


def checked_smtp(value: SecretStr) -> SecretStr:
    try:
        parse_smtp(value.get_secret_value())
    except ValueError as why:
        raise _wrong(str(why)) from None
    return value


def checked_mail_address(value: str) -> str:
    if not is_address(value):
        raise _wrong(gettext("one mail address, such as lapor@bangkaselatankab.go.id"))
    return value


def checked_link_days(value: Any) -> int:
    text = str(value)
    days = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 1 <= days <= 90:
        raise _wrong(gettext("whole days, 1 to 90"))
    return days


def checked_hosts(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise _wrong(
                gettext("hosts with commas between, such as hook.dlh.local,10.1.2.3; no URLs")
            )
    return frozenset(hosts)


def proxies(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    wrong = _wrong(
        gettext(
            "addresses or networks with commas between, such as 127.0.0.1,10.0.5.0/24: each may say"
            " whose request it passes on"
        )
    )
    try:
        networks = [ip_network(one.strip()) for one in value.split(",")]
    except ValueError:
        raise wrong from None
    if any(network.prefixlen == 0 for network in networks):
        raise wrong  # everybody could be anybody
    return tuple(str(network) for network in networks)


def checked_days(value: Any) -> int:
    try:
        days = int(value)
    except ValueError:
        days = 0
    if not 1 <= days <= MOST_DAYS:
        raise _wrong(worded("a whole number of days from 1 to {most_days}", most_days=MOST_DAYS))
    return days


def checked_form(value: Any) -> Any:
    if value not in ("console", "json"):
        raise _wrong(gettext("console or json"))
    return value


def checked_language(value: Any) -> Any:
    if value is not None and value not in LANGUAGES:
        raise _wrong(gettext("id (Indonesian) or en (English)"))
    return value


def checked_share(value: Any) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise _wrong(gettext("a number from 0 (no line of single complaints) to 1 (all of them)"))
    return share


def checked_speed(value: Any) -> float:
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= MOST_SPEED:
        raise _wrong(gettext("a number above 0, at most 10,000,000"))
    return speed
